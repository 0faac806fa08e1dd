//! A step of plastic projections.

#[path = "synapses.rs"]
mod synapses;

use lava::prelude::*;
use lava::proc::plasticity::{
    DopamineStdp, InhibitoryStdp, PairStdp, Plasticity, TripletStdp, TsodyksMarkram,
};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{PlasticSparse, Source};
use ndarray::Array2;

use crate::support::{compare, head, row};

const NEURONS: usize = 2_000;
const STEPS: u64 = 200;
/// The steps of input, which are played over and over.
const ROWS: usize = 100;
/// The share of the neurons that fire in a step.
const SHARE: f32 = 0.01;

fn spikes(salt: usize) -> Array2<bool> {
    Array2::from_shape_fn((ROWS, NEURONS), |(row, neuron)| {
        let index = (salt + row * NEURONS + neuron) as u32;
        let mixed = (index ^ 0x5bd1_e995).wrapping_mul(2_654_435_761);
        let mixed = mixed.rotate_left(13).wrapping_mul(0x85eb_ca6b) >> 8;
        (mixed as f32) < SHARE * (1 << 24) as f32
    })
}

/// A network whose synapses, a tenth of all pairs, learn by a rule.
fn network<P: Plasticity>(rule: P, sign: f64, has_third: bool) -> lava::Result<impl FnMut()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_workers(1)?;
    net.set_dt(lava::units::ms)?;
    let projection = Projection::new(NEURONS, NEURONS)
        .rule(Rule::FixedProbability(0.1))
        .weights(Distribution::Constant(0.5 * sign))
        .delays(Distribution::Constant(2.0));
    let pre: Source<Spike> = net.add(Source::data(spikes(0)))?;
    let post: Source<Spike> = net.add(Source::data(spikes(77)))?;
    let learn: PlasticSparse<P> = net.add(projection.plastic(rule))?;
    pre.s_out.connect(&learn.s_in)?;
    post.s_out.connect(&learn.s_in_bap)?;
    if has_third {
        let rows = Array2::from_shape_fn((ROWS, 1), |(row, _)| f32::from(row % 20 == 0));
        let third: Source = net.add(Source::data(rows))?;
        third.s_out.connect(&learn.s_in_third)?;
    }
    Ok(move || net.run(RunSteps(STEPS)).expect("the network runs"))
}

/// Prints the rows of the rules: by hand, as equations, and their ratio.
pub(crate) fn measure() -> lava::Result<()> {
    head(
        "A synapse whose source fires, as equations and by hand",
        "goal: no slower than the hand-written one",
    );
    fn both<A: Plasticity, B: Plasticity>(
        name: &str,
        hand: A,
        equations: B,
        sign: f64,
        has_third: bool,
    ) -> lava::Result<()> {
        let mut hand = network(hand, sign, has_third)?;
        let mut equations = network(equations, sign, has_third)?;
        let visits = STEPS as f64 * NEURONS as f64 * f64::from(SHARE) * NEURONS as f64 * 0.1;
        let times = compare(visits as u64, &mut [&mut hand, &mut equations]);
        row(
            name,
            &[
                ("by hand", format!("{:.2} ns", times[0])),
                ("as equations", format!("{:.2} ns", times[1])),
                ("ratio", format!("{:.2}", times[1] / times[0])),
            ],
        );
        Ok(())
    }
    both("pairs", PairStdp::new(), synapses::Pairs::new(), 1.0, false)?;
    both(
        "triplets",
        TripletStdp::new(),
        synapses::Triplets::new(),
        1.0,
        false,
    )?;
    both(
        "inhibition",
        InhibitoryStdp::new(),
        synapses::Balance::new(),
        -1.0,
        false,
    )?;
    let resources = TsodyksMarkram::new().facilitation(50.0);
    both(
        "short-term",
        resources,
        synapses::Resources::new(),
        1.0,
        false,
    )?;
    both(
        "dopamine",
        DopamineStdp::new(),
        synapses::Dopaminergic::new(),
        1.0,
        true,
    )
}
