//! A network of equations: a neuron and a synapse as papers write them, checked when compiling.
//!
//! Inputs compete for the control of spikes: synapses become strong or weak, and few stay between.
//! Source: Song, Miller & Abbott (2000), Nat. Neurosci. 3, 919–926.
//!
//! ```text
//! cargo run --example equations
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection};
use lava::proc::{PlasticSparse, PoissonSpikes};

// ANCHOR: network
neuron! {
    /// A leaky integrate-and-fire neuron.
    pub Leaky {
        dv/dt = (e_l - v)/(20 ms) : mV = -70;
        input a_in: mV { v += a_in; }
        param e_l: mV = -70;
        spike when v > -55 mV { v = e_l; }
    }
}

synapse! {
    /// Spike-timing-dependent plasticity.
    pub Stdp {
        weight w: mV where w >= 0 && w <= 2 mV;
        pre dx/dt = -x/(20 ms) : 1;
        post dy/dt = -y/(20 ms) : 1;
        on pre { w -= 0.0204 mV*y; x += 1; }
        on post { w += 0.02 mV*x; y += 1; }
    }
}

fn main() -> lava::Result<()> {
    let random = Distribution::Uniform {
        low: 0.0,
        high: 2.0,
    };
    let net = network! { Loihi1SimCfg;
        input:   PoissonSpikes       = PoissonSpikes::shape([200]).rate(10.0);
        learn:   PlasticSparse<Stdp> = Projection::new(200, 10).weights(random).plastic(Stdp::new());
        neurons: Leaky               = Leaky::shape([10]);
        input.s_out   -> learn.s_in;
        neurons.s_out -> learn.s_in_bap;
        learn.a_out   -> neurons.a_in;
    }?;
    net.set_dt(1.0 * lava::units::ms)?;
    net.run(RunFor(30.0 * lava::units::s))?;
    let weights = net.learn.weights.get()?;
    for fifth in 0..10 {
        let count = weights
            .iter()
            .filter(|w| (**w * 5.0).min(9.0) as usize == fifth)
            .count();
        println!("{:.1} mV {}", fifth as f32 / 5.0, "█".repeat(count / 40));
    }
    net.stop()
}
// ANCHOR_END: network
