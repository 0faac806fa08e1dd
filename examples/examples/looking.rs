//! Looking at a network: pictures, statistics and a report of what it has done.
//!
//! ```text
//! cargo run --release -p lava-examples --example looking
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, PoissonSpikes, Sparse};
use lava::statistics::RateKernel;
use lava::units::ms;
use lava_examples::picture_path;

fn main() -> Result<()> {
    // ANCHOR: network
    let excite = Projection::new(100, 40)
        .rule(Rule::FixedProbability(0.3))
        .weights(Distribution::Constant(0.012));
    let inhibit = Projection::new(40, 40)
        .rule(Rule::AllToAll)
        .autapses(false)
        .weights(Distribution::Constant(-0.015));
    let net = network! { Loihi1SimCfg;
        noise:   PoissonSpikes = PoissonSpikes::shape([100]).rate(150.0).seed(1);
        excite:  Sparse = Sparse::projection(excite);
        inhibit: Sparse = Sparse::projection(inhibit);
        neurons: Lif    = Lif::shape([40]).du(0.2).dv(0.1).vth(1.0);

        noise.s_out   -> excite.s_in;
        neurons.s_out -> inhibit.s_in;
        [excite.a_out, inhibit.a_out] -> neurons.a_in;
    }?;
    net.set_dt(1.0 * ms)?;
    // ANCHOR_END: network

    // ANCHOR: run
    let spikes = net.probe(&net.neurons.s_out)?;
    let voltage = net.probe(&net.neurons.v.select(0..2))?;
    net.set_profiling(true)?;
    net.run(RunFor(1000.0 * ms))?;
    // ANCHOR_END: run

    // ANCHOR: statistics
    let trains = spikes.trains();
    println!("{} spikes", trains.spikes());
    println!("mean rate {:.1} spikes/s", trains.mean_rate());
    let cvs: Vec<f64> = trains
        .cvs()
        .into_iter()
        .filter(|cv| cv.is_finite())
        .collect();
    println!("mean CV {:.2}", cvs.iter().sum::<f64>() / cvs.len() as f64);
    println!("synchrony {:.2}", trains.synchrony(10.0));
    // ANCHOR_END: statistics
    assert!(trains.mean_rate() > 1.0, "the neurons fire");

    // ANCHOR: figure
    let path = picture_path("looking.svg")?;
    Figure::new()
        .title("Forty neurons that inhibit each other")
        .plot(spikes.raster())
        .plot(
            voltage
                .traces()
                .level("threshold", 1.0)
                .y_label("membrane potential"),
        )
        .row([
            spikes.rate_curve(RateKernel::Gaussian(20.0)).into(),
            spikes.interval_histogram().into(),
        ])
        .inline()
        .save(&path)?;
    // ANCHOR_END: figure
    println!("pictured in {}", path.display());

    // ANCHOR: report
    net.picture()
        .inline()
        .save(path.with_file_name("looking-network.svg"))?;
    let report = net.report()?;
    println!("\n{report}");
    std::fs::write(path.with_file_name("looking-report.html"), report.to_html())?;
    // ANCHOR_END: report
    assert_eq!(report.processes.len(), 4);
    net.stop()?;
    Ok(())
}
