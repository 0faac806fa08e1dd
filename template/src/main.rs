//! A network of neurons that are driven by noise and inhibit each other.

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{PoissonInput, Sparse};
use lava::statistics::SpikeTrains;
use lava::units::ms;

neuron! {
    /// A leaky integrate-and-fire neuron: begin to change the model here.
    pub Neuron {
        dv/dt = (e_l - v + r*i)/tau : mV = -65;
        di/dt = -i/(5 ms) : pA;
        input a_in: pA { i += a_in; }
        param e_l: mV = -65;
        param r: GOhm = 0.1;
        param tau: ms = 10 where tau > 0;
        spike when v > -50 mV { v = e_l; }
        refractory t_ref: ms = 2 for v;
    }
}

/// Runs the network for a time in milliseconds, and draws it to a file if there is one.
fn run(inhibition: f64, time: f64, picture: Option<&str>) -> Result<SpikeTrains> {
    let inhibit = Projection::new(100, 100)
        .rule(Rule::FixedProbability(0.2))
        .weights(Distribution::Constant(-inhibition)) // pA
        .delays(Distribution::Constant(15.0)); // steps
    let net = network! { Loihi1SimCfg;
        noise:   PoissonInput = PoissonInput::shape([100]).rate(1000.0).weight(40.0);
        neurons: Neuron       = Neuron::shape([100]);
        inhibit: Sparse       = Sparse::projection(inhibit);

        noise.a_out   -> neurons.a_in;
        neurons.s_out -> inhibit.s_in;
        inhibit.a_out -> neurons.a_in;
    }?;
    net.set_dt(0.1 * ms)?;
    net.set_seed(1)?;
    let spikes = net.probe(&net.neurons.s_out)?;
    let voltage = net.probe(&net.neurons.v.select(0..2))?;
    net.run(RunFor(time * ms))?;
    if let Some(path) = picture {
        Figure::new()
            .plot(spikes.raster())
            .plot(voltage.traces().level("threshold", -50.0))
            .save(path)?;
    }
    net.stop()?;
    Ok(spikes.trains())
}

fn main() -> Result<()> {
    let trains = run(100.0, 500.0, Some("network.svg"))?;
    println!(
        "{:.1} spikes/s; network.svg has the picture",
        trains.mean_rate()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inhibition_lowers_the_rate() -> Result<()> {
        let weak = run(0.0, 200.0, None)?.mean_rate();
        let strong = run(100.0, 200.0, None)?.mean_rate();
        assert!(strong < weak, "{strong} < {weak}");
        Ok(())
    }
}
