//! Connections that learn, between runs: running on, resetting, setting, probes of chosen synapses, and
//! any number of workers; a matrix and a list of synapses alike.

use lava::learning_rule;
use lava::prelude::*;
use lava::proc::learning::LearningRule;
use lava::proc::synapse::Synapses;
use lava::proc::{LearningDense, LearningSparse, Source};
use ndarray::Array2;

use crate::learning::spikes;
use crate::support::{flat, loihi};

const SOURCES: usize = 20;
/// Enough for several shards.
const TARGETS: usize = 700;

fn stdp() -> LearningRule {
    learning_rule! {
        dw = 2^-3 * x1 * y0 - 2^-3 * x0 * y1;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
        epoch 2;
    }
}

/// Weights of all pairs, none of which is 0.
fn given() -> Array2<f32> {
    Array2::from_shape_fn((TARGETS, SOURCES), |(target, source)| {
        ((target * 13 + source * 29) % 41 + 1) as f32
    })
}

fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|weight| weight.to_bits()).collect()
}

/// Tests of a connection, whose builder is made of a matrix.
macro_rules! tests_of {
    ($module:ident: $process:ident, $weights:ident => $builder:expr) => {
        mod $module {
            use super::*;

            /// A connection with sources of spikes.
            struct Learner {
                net: Network<Loihi1SimCfg>,
                synapses: $process,
            }

            impl Learner {
                fn new(workers: usize) -> lava::Result<Learner> {
                    let net = loihi();
                    net.set_workers(workers)?;
                    let pre: Source<Spike> = net.add(Source::data(spikes(SOURCES, 1)))?;
                    let post: Source<Spike> = net.add(Source::data(spikes(TARGETS, 2)))?;
                    let $weights = given();
                    let synapses: $process = net.add($builder.learning_rule(stdp()))?;
                    pre.s_out.connect(&synapses.s_in)?;
                    post.s_out.connect(&synapses.s_in_bap)?;
                    Ok(Learner { net, synapses })
                }

                fn run(&self, steps: u64) -> lava::Result<()> {
                    self.net.run(RunSteps(steps))
                }

                fn weights(&self) -> lava::Result<Vec<f32>> {
                    Ok(flat(self.synapses.weights.get()?))
                }

                fn set_weights(&self, weight: impl Fn(usize) -> f32) -> lava::Result<()> {
                    let mut weights = self.synapses.weights.get()?;
                    for (number, place) in weights.iter_mut().enumerate() {
                        *place = weight(number);
                    }
                    self.synapses.weights.set(weights)
                }
            }

            #[test]
            fn a_run_that_goes_on_is_as_one_run() -> lava::Result<()> {
                let (whole, parts) = (Learner::new(1)?, Learner::new(1)?);
                whole.run(30)?;
                // Some end within an epoch.
                for steps in [7, 1, 22] {
                    parts.run(steps)?;
                }
                assert_eq!(bits(&whole.weights()?), bits(&parts.weights()?));
                Ok(())
            }

            #[test]
            fn a_reset_undoes_what_was_learned_and_set() -> lava::Result<()> {
                let learner = Learner::new(1)?;
                let initial = learner.weights()?;
                learner.run(20)?;
                let first = (learner.weights()?, learner.synapses.x1.get()?);
                assert_ne!(first.0, initial);
                learner.set_weights(|number| number as f32)?;
                learner.synapses.x1.set(100.0)?;
                learner.synapses.y1_tau.set(3.0)?;
                learner.synapses.set_rule(learning_rule! { dw = x0; })?;
                learner.run(20)?;
                learner.net.reset()?;
                assert_eq!(learner.weights()?, initial);
                learner.run(20)?;
                assert_eq!((learner.weights()?, learner.synapses.x1.get()?), first);
                Ok(())
            }

            #[test]
            fn weights_that_are_set_are_learned_on() -> lava::Result<()> {
                let (set, other) = (Learner::new(1)?, Learner::new(1)?);
                set.run(10)?;
                other.run(10)?;
                let before = other.weights()?;
                set.set_weights(|number| (number % 7) as f32)?;
                assert_eq!(set.weights()?[..4], [0.0, 1.0, 2.0, 3.0]);
                set.run(10)?;
                other.run(10)?;
                // The rule does not read weights, so both change alike.
                let changed = set.weights()?.into_iter().zip(other.weights()?).zip(before);
                for (number, ((set, other), before)) in changed.enumerate() {
                    let (own, its) = (set - (number % 7) as f32, other - before);
                    assert!((own - its).abs() < 1e-3, "{number}: {own}, not {its}");
                }
                Ok(())
            }

            #[test]
            fn traces_that_are_set_are_read() -> lava::Result<()> {
                let learner = Learner::new(1)?;
                learner.run(4)?;
                learner.synapses.x1.set(64.0)?;
                learner.synapses.y1.set(0.0)?;
                learner.synapses.set_rule(learning_rule! {
                    dw = u0 * x1;
                    x1: impulse 0, no decay;
                })?;
                let before = learner.weights()?;
                learner.run(2)?;
                for (before, after) in before.iter().zip(learner.weights()?) {
                    assert!((after - before - 128.0).abs() < 1e-3, "{before} {after}");
                }
                Ok(())
            }

            #[test]
            fn weights_of_chosen_synapses_are_probed() -> lava::Result<()> {
                let learner = Learner::new(2)?;
                let chosen = [5, 0, TARGETS * SOURCES - 1, 4321];
                let probe = learner
                    .net
                    .probe(&learner.synapses.weights.select(chosen))?;
                learner.run(11)?;
                learner.set_weights(|number| number as f32)?;
                learner.run(1)?;
                let data = probe.data();
                assert_eq!(data.shape(), [12, 4]);
                let weights = learner.weights()?;
                let expected: Vec<f32> = chosen.iter().map(|synapse| weights[*synapse]).collect();
                let last = data.index_axis(ndarray::Axis(0), 11);
                assert_eq!(last.iter().copied().collect::<Vec<f32>>(), expected);
                let other = data.index_axis(ndarray::Axis(0), 10);
                assert_ne!(other, last);
                Ok(())
            }

            #[test]
            fn bits_are_the_same_on_any_number_of_workers() -> lava::Result<()> {
                let learned = |workers: usize| -> lava::Result<Vec<u32>> {
                    let learner = Learner::new(workers)?;
                    learner.run(15)?;
                    learner.set_weights(|number| (number % 31) as f32)?;
                    learner.synapses.y1.set(7.0)?;
                    learner.run(15)?;
                    learner.synapses.set_rule(
                        "dw = 2^-2 * x1 * y0 - 2^-3 * w * x0; x1: impulse 9, tau 4;".parse()?,
                    )?;
                    learner.run(15)?;
                    Ok(bits(&learner.weights()?))
                };
                let one = learned(1)?;
                for workers in [2, 3, 8] {
                    assert_eq!(learned(workers)?, one, "{workers} workers");
                }
                Ok(())
            }
        }
    };
}

tests_of!(matrix: LearningDense, weights => LearningDense::weights(weights));

tests_of!(list: LearningSparse, weights => {
    LearningSparse::synapses(Synapses::from_matrix(&weights)?)
});
