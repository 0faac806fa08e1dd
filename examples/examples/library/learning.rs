//! Synapses that learn.

use lava::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::{Distribution, Projection, Rule, Synapses};
use lava::proc::{LearningDense, LearningSparse, PlasticSparse, Source};

use crate::sheet::{Sheet, pulses};

pub(crate) const PICTURES: crate::Family = &[
    ("learning_dense", learning_dense),
    ("learning_sparse", learning_sparse),
    ("plastic_sparse", plastic_sparse),
];

/// Spikes of the source and of the target: the source comes first three times, and last then.
const PRE: [usize; 6] = [10, 30, 50, 74, 94, 114];
const POST: [usize; 6] = [13, 33, 53, 70, 90, 110];
const STEPS: usize = 130;

fn learning_dense() -> Result<Figure> {
    let rule = learning_rule! {
        dw = 2^-3 * x1 * y0 - 2^-3 * x0 * y1;
        x1: impulse 1, tau 10;
        y1: impulse 1, tau 10;
    };
    let net = network! { Loihi1SimCfg;
        pre:   Source<Spike> = Source::data(pulses(STEPS, true, &PRE));
        post:  Source<Spike> = Source::data(pulses(STEPS, true, &POST));
        learn: LearningDense = LearningDense::weights([[0.5]]).learning_rule(rule);
        pre.s_out  -> learn.s_in;
        post.s_out -> learn.s_in_bap;
    }?;
    Sheet::of(&net)
        .lines("traces", &[("x1", &net.learn.x1), ("y1", &net.learn.y1)])?
        .lines("weight", &[("", &net.learn.weights)])?
        .run(STEPS as u64)
}

fn learning_sparse() -> Result<Figure> {
    let rule = learning_rule! {
        dw = 2^-3 * x1 * y0 - 2^-3 * x0 * y1;
        x1: impulse 1, tau 10;
        y1: impulse 1, tau 10;
    };
    let synapses = Synapses::from_matrix(&[[0.5_f32]])?;
    let net = network! { Loihi1SimCfg;
        pre:   Source<Spike>  = Source::data(pulses(STEPS, true, &PRE));
        post:  Source<Spike>  = Source::data(pulses(STEPS, true, &POST));
        learn: LearningSparse = LearningSparse::synapses(synapses).learning_rule(rule);
        pre.s_out  -> learn.s_in;
        post.s_out -> learn.s_in_bap;
    }?;
    Sheet::of(&net)
        .lines("traces", &[("x1", &net.learn.x1), ("y1", &net.learn.y1)])?
        .lines("weight", &[("", &net.learn.weights)])?
        .run(STEPS as u64)
}

fn plastic_sparse() -> Result<Figure> {
    let projection = Projection::new(1, 1)
        .rule(Rule::OneToOne)
        .weights(Distribution::Constant(0.5));
    let stdp = PairStdp::new().a_plus(0.1).a_minus(0.1).bounds(0.0, 1.0);
    let net = network! { Loihi1SimCfg;
        pre:   Source<Spike> = Source::data(pulses(STEPS, true, &PRE));
        post:  Source<Spike> = Source::data(pulses(STEPS, true, &POST));
        learn: PlasticSparse = projection.plastic(stdp);
        pre.s_out  -> learn.s_in;
        post.s_out -> learn.s_in_bap;
    }?;
    Sheet::of(&net)
        .dt(1.0)?
        .spikes("source", &net.pre.s_out)?
        .spikes("target", &net.post.s_out)?
        .lines("weight", &[("", &net.learn.weights)])?
        .run(STEPS as u64)
}
