//! A network to play with: a page in the browser with its spikes, its voltages and sliders.
//!
//! ```text
//! cargo run --release -p lava-examples --features live --example live
//! cargo run --release -p lava-examples --features live,terminal --example live -- --terminal
//! ```
//!
//! Excitation and inhibition are balanced, as in Brunel (2000), J. Comput. Neurosci. 8: more input or
//! less inhibition makes the neurons fire regularly and together, less input or more inhibition makes
//! them fall silent. Pause the network, make single steps, and move the sliders; Ctrl-C ends it. With
//! `--terminal` the view is in the terminal, until `q`.

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::time::Duration;

use anyhow::Result;
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PoissonInput, Sparse};

fn main() -> Result<()> {
    let from = |sources: usize, weight: f64| {
        Projection::new(sources, 1000)
            .rule(Rule::FixedInDegree(sources / 10))
            .weights(Distribution::Constant(weight))
            .delays(Distribution::Constant(15.0)) // steps of 0.1 ms
    };
    let net = network! { Loihi1SimCfg;
        noise:   PoissonInput = PoissonInput::shape([1000]).rate(9000.0).weight(0.2); // mV
        neurons: IafPscDelta  = IafPscDelta::shape([1000]).e_l(0.0).v_m(0.0).v_reset(0.0).v_th(20.0);
        excite:  Sparse       = Sparse::projection(from(800, 0.2));
        inhibit: Sparse       = Sparse::projection(from(200, -1.0));

        noise.a_out -> neurons.a_in;
        [excite.a_out, inhibit.a_out] -> neurons.a_in;
    }?;
    // Four in five neurons excite, the others inhibit.
    net.neurons.s_out.select(0..800).connect(&net.excite.s_in)?;
    net.neurons
        .s_out
        .select(800..1000)
        .connect(&net.inhibit.s_in)?;
    // A tenth of real time, so that spikes can be followed.
    net.on_step(|_| {
        std::thread::sleep(Duration::from_millis(1));
        StepAction::Continue
    })?;

    #[cfg(feature = "terminal")]
    if std::env::args().any(|argument| argument == "--terminal") {
        // ANCHOR: terminal
        net.start(RunContinuous)?;
        net.live()
            .raster("neurons", &net.neurons.s_out)
            .in_terminal()?; // until `q`
        net.stop()?;
        // ANCHOR_END: terminal
        return Ok(());
    }

    // ANCHOR: view
    let view = net
        .live()
        .title("Excitation and inhibition")
        .raster(
            "spikes",
            &net.neurons
                .s_out
                .select((0..1000).step_by(5).collect::<Vec<_>>()),
        )
        .trace("membrane, mV", &net.neurons.v_m.select(0..2))
        .slider(&net.noise.rate, 0.0..=20_000.0)
        .slider(&net.neurons.v_th, 10.0..=30.0)
        .serve()?;
    println!("open {}", view.address());
    // ANCHOR_END: view
    net.run(RunContinuous)?;
    Ok(())
}
