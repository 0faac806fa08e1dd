//! Plastic projections: silence, and events of each rule beside those of static synapses.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::prelude::*;
use lava::proc::plasticity::{InhibitoryStdp, PairStdp, Plasticity, TripletStdp};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PlasticSparse, PoissonSpikes, Sparse};
use support::{compare, head, row, show, time};

const NEURONS: usize = 10_000;
/// Synapses of a source.
const SYNAPSES: usize = 1000;
const STEPS: u64 = 200;

fn projection() -> Projection {
    Projection::new(NEURONS, NEURONS)
        .rule(Rule::FixedOutDegree(SYNAPSES))
        .weights(Distribution::Constant(0.5))
        .delays(Distribution::Constant(15.0))
        .seed(1)
}

/// A network of neurons that fire at `rate`, in spikes a step, and the synapses that `add` makes of its
/// spikes, which no neuron receives: the spikes are the same for all.
fn network(
    rate: f64,
    add: impl FnOnce(&Network<Loihi1SimCfg>, &OutPort<Spike>, &InPort<f32>) -> lava::Result<()>,
) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(1)?;
    // Steps of 0.1 ms.
    let spikes: PoissonSpikes =
        net.add(PoissonSpikes::shape([NEURONS]).rate(1e4 * rate).seed(2))?;
    let neurons: IafPscDelta = net.add(IafPscDelta::shape([NEURONS]).v_th(1e9))?;
    add(&net, &spikes.s_out, &neurons.a_in)?;
    net.run(RunSteps(STEPS))?;
    Ok(net)
}

fn plastic<P: Plasticity>(rate: f64, rule: P) -> lava::Result<Network<Loihi1SimCfg>> {
    network(rate, |net, spikes, a_in| {
        let learn: PlasticSparse<P> = net.add(projection().plastic(rule))?;
        spikes.connect(&learn.s_in)?;
        spikes.connect(&learn.s_in_bap)?;
        learn.a_out.connect(a_in)
    })
}

fn fixed(rate: f64) -> lava::Result<Network<Loihi1SimCfg>> {
    network(rate, |net, spikes, a_in| {
        let sparse: Sparse = net.add(Sparse::projection(projection()))?;
        spikes.connect(&sparse.s_in)?;
        sparse.a_out.connect(a_in)
    })
}

fn run(net: &Network<Loihi1SimCfg>) {
    net.run(RunSteps(STEPS)).expect("the network runs");
}

/// Prints the time of a synaptic event, without that of the neurons.
fn events<P: Plasticity>(name: &str, rate: f64, without: f64, rule: P) -> lava::Result<()> {
    let net = plastic(rate, rule)?;
    event_row(name, rate, time(STEPS, || run(&net)) - without);
    Ok(())
}

fn event_row(name: &str, rate: f64, step: f64) {
    let events = rate * (NEURONS * SYNAPSES) as f64;
    row(
        name,
        &[
            ("a step", show(step)),
            ("an event", format!("{:.2} ns", step / events)),
        ],
    );
}

fn main() -> lava::Result<()> {
    head(
        "10,000 neurons, none of which fires, with ten million synapses",
        "goal: no measurable time for the synapses; time of a step",
    );
    let none = network(0.0, |_, _, _| Ok(()))?;
    let (fixed_silent, plastic_silent) = (fixed(0.0)?, plastic(0.0, PairStdp::new())?);
    let steps = compare(
        STEPS,
        &mut [&mut || run(&none), &mut || run(&fixed_silent), &mut || {
            run(&plastic_silent);
        }],
    );
    for (name, step) in ["no synapses", "Sparse", "PlasticSparse"]
        .iter()
        .zip(&steps)
    {
        let ratio = format!("{:.3}", step / steps[0]);
        row(name, &[("a step", show(*step)), ("of none", ratio)]);
    }

    for spikes in [10, 100] {
        let rate = f64::from(spikes) / NEURONS as f64;
        head(
            &format!("{spikes} spikes a step on either side, a thousand synapses each"),
            "time per synapse of a source that fires, without the neurons",
        );
        let none = network(rate, |_, _, _| Ok(()))?;
        let none = time(STEPS, || run(&none));
        let net = fixed(rate)?;
        event_row("Sparse", rate, time(STEPS, || run(&net)) - none);
        events("PairStdp, additive", rate, none, PairStdp::new())?;
        events(
            "PairStdp, multiplicative",
            rate,
            none,
            PairStdp::new().multiplicative(),
        )?;
        events("TripletStdp", rate, none, TripletStdp::new())?;
        events("InhibitoryStdp", rate, none, InhibitoryStdp::new())?;
    }
    Ok(())
}
