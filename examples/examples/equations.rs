//! A network of equations: a neuron and a synapse as papers write them, checked when compiling.
//!
//! `cargo run --example equations`

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection};
use lava::proc::{PlasticSparse, PoissonSpikes};

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
        weight w: mV where w >= 0 && w <= 1 mV;
        pre dx/dt = -x/(20 ms) : 1;
        post dy/dt = -y/(20 ms) : 1;
        on pre { w -= 0.0105 mV*y; x += 1; }
        on post { w += 0.01 mV*x; y += 1; }
    }
}

fn main() -> lava::Result<()> {
    let random = Distribution::Uniform { low: 0.0, high: 1.0 };
    let net = network! { Loihi1SimCfg;
        input:   PoissonSpikes       = PoissonSpikes::shape([400]).rate(10.0);
        learn:   PlasticSparse<Stdp> = Projection::new(400, 10).weights(random).plastic(Stdp::new());
        neurons: Leaky               = Leaky::shape([10]);
        input.s_out   -> learn.s_in;
        neurons.s_out -> learn.s_in_bap;
        learn.a_out   -> neurons.a_in;
    }?;
    net.set_dt(1.0 * lava::units::ms)?;
    net.run(RunFor(100.0 * lava::units::s))?;
    let weights = net.learn.weights.get()?;
    for tenth in 0..10 {
        let within = weights.iter().filter(|w| (**w * 10.0).min(9.0) as usize == tenth);
        println!("{:.1} {}", tenth as f32 / 10.0, "█".repeat(within.count() / 40));
    }
    net.stop()
}
