//! Projections draw what they promise; spikes are delivered when they are due.

use std::collections::HashMap;

use lava::prelude::*;
use lava::proc::synapse::{
    Distribution, Projection, Rule, Sparse, Synapse, SynapseError, Synapses, WeightStorage,
};
use lava::proc::{Sink, Source, Weight};
use ndarray::{Array2, arr2};

use crate::support::loihi;

const MIXED: Distribution = Distribution::TruncatedNormal {
    mean: 6.0,
    sd: 3.0,
    low: 1.0,
    high: 20.0,
};

fn list<T: Weight>(projection: &Projection) -> Result<Vec<Synapse>, SynapseError> {
    Ok(projection.draw::<T>(1)?.iter().collect())
}

/// The number of times that each value of `key` occurs.
fn count(synapses: &[Synapse], key: impl Fn(&Synapse) -> usize) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    for synapse in synapses {
        *counts.entry(key(synapse)).or_default() += 1;
    }
    counts
}

fn pairs(synapses: &[Synapse]) -> usize {
    count(synapses, |synapse| {
        synapse.source * 100_000 + synapse.target
    })
    .len()
}

#[test]
fn every_rule_gives_what_it_says() -> Result<(), SynapseError> {
    let projection = Projection::new(60, 50).delays(MIXED);
    let all = list::<f32>(&projection)?;
    assert_eq!((all.len(), pairs(&all)), (3000, 3000));

    let each = list::<f32>(&projection.rule(Rule::FixedInDegree(7)))?;
    let counts = count(&each, |synapse| synapse.target);
    assert_eq!(
        (counts.len(), counts.values().all(|degree| *degree == 7)),
        (50, true)
    );

    let each = list::<f32>(&projection.rule(Rule::FixedOutDegree(9)))?;
    let counts = count(&each, |synapse| synapse.source);
    assert_eq!(
        (counts.len(), counts.values().all(|degree| *degree == 9)),
        (60, true)
    );

    let total = list::<f32>(&projection.rule(Rule::FixedTotal(12_345)))?;
    assert_eq!(total.len(), 12_345);

    let none = list::<f32>(&projection.rule(Rule::FixedProbability(0.0)))?;
    assert!(none.is_empty());
    let all = list::<f32>(&projection.rule(Rule::FixedProbability(1.0)))?;
    assert_eq!(pairs(&all), 3000);

    let one = list::<f32>(&Projection::new(20, 20).rule(Rule::OneToOne))?;
    assert!(one.iter().all(|synapse| synapse.source == synapse.target));
    assert_eq!(one.len(), 20);
    Ok(())
}

#[test]
fn a_probability_is_met_in_the_mean_and_spread() -> Result<(), SynapseError> {
    let (n, p) = (1000, 0.1);
    let synapses = list::<f32>(&Projection::new(n, n).rule(Rule::FixedProbability(p)))?;
    let sd = (n as f64 * n as f64 * p * (1.0 - p)).sqrt();
    assert!(
        (synapses.len() as f64 - 1e5).abs() < 5.0 * sd,
        "{}",
        synapses.len()
    );
    assert_eq!(pairs(&synapses), synapses.len(), "no pair is drawn twice");
    let degrees = count(&synapses, |synapse| synapse.source);
    let variance = degrees
        .values()
        .map(|k| (*k as f64 - 100.0).powi(2))
        .sum::<f64>()
        / n as f64;
    assert!(
        (80.0..100.0).contains(&variance),
        "binomial: 90, not {variance}"
    );
    Ok(())
}

#[test]
fn self_connections_and_repeated_ones_can_be_forbidden() -> Result<(), SynapseError> {
    let all = Projection::new(40, 40);
    for rule in [
        Rule::AllToAll,
        Rule::FixedProbability(0.5),
        Rule::FixedInDegree(10),
        Rule::FixedInDegree(38),
        Rule::FixedOutDegree(10),
        Rule::FixedOutDegree(39),
    ] {
        let projection = all.rule(rule).autapses(false).multapses(false);
        let synapses = list::<f32>(&projection)?;
        assert!(
            synapses
                .iter()
                .all(|synapse| synapse.source != synapse.target),
            "{rule:?}"
        );
        assert_eq!(pairs(&synapses), synapses.len(), "{rule:?}");
    }
    let repeated = list::<f32>(&all.rule(Rule::FixedInDegree(100)))?;
    assert!(pairs(&repeated) < repeated.len());
    Ok(())
}

#[test]
fn distributions_have_their_moments() -> Result<(), SynapseError> {
    let cases = [
        (Distribution::Constant(2.5), 2.5, 0.0),
        (
            Distribution::Uniform {
                low: -1.0,
                high: 3.0,
            },
            1.0,
            16.0 / 12.0,
        ),
        (
            Distribution::Normal {
                mean: -2.0,
                sd: 0.5,
            },
            -2.0,
            0.25,
        ),
        (
            Distribution::LogNormal {
                mu: 0.0,
                sigma: 0.5,
            },
            0.125_f64.exp(),
            0.25_f64.exp() * (0.25_f64.exp() - 1.0),
        ),
        // Half a normal distribution.
        (
            Distribution::TruncatedNormal {
                mean: 0.0,
                sd: 1.0,
                low: 0.0,
                high: 9.0,
            },
            (2.0 / std::f64::consts::PI).sqrt(),
            1.0 - 2.0 / std::f64::consts::PI,
        ),
    ];
    for (weights, mean, variance) in cases {
        let drawn: Vec<f64> = Projection::new(300, 300)
            .weights(weights)
            .draw::<f64>(0)?
            .iter()
            .map(|synapse| synapse.weight)
            .collect();
        let n = drawn.len() as f64;
        let found = drawn.iter().sum::<f64>() / n;
        let spread = drawn.iter().map(|x| (x - found).powi(2)).sum::<f64>() / n;
        assert!(
            (found - mean).abs() < 5.0 * (variance / n).sqrt() + 1e-12,
            "{weights:?}: {found}"
        );
        assert!(
            (spread - variance).abs() <= 0.03 * variance,
            "{weights:?}: {spread}"
        );
    }
    Ok(())
}

#[test]
fn the_same_seed_gives_the_same_synapses_on_any_number_of_threads() -> Result<(), SynapseError> {
    for rule in [
        Rule::FixedProbability(0.2),
        Rule::FixedInDegree(13),
        Rule::FixedOutDegree(13),
        Rule::FixedTotal(4000),
    ] {
        let projection = Projection::new(101, 97)
            .rule(rule)
            .weights(Distribution::Normal { mean: 1.0, sd: 0.3 })
            .delays(MIXED);
        let alone: Vec<Synapse> = projection.threads(1).draw::<f32>(11)?.iter().collect();
        for threads in [2, 3, 8] {
            let several: Vec<Synapse> = projection
                .threads(threads)
                .draw::<f32>(11)?
                .iter()
                .collect();
            assert!(several == alone, "{rule:?} on {threads} threads");
        }
        let other: Vec<Synapse> = projection.threads(2).draw::<f32>(12)?.iter().collect();
        assert!(other != alone, "{rule:?} with another seed");
    }
    Ok(())
}

#[test]
fn a_synapse_takes_as_many_bytes_as_it_should() -> Result<(), SynapseError> {
    let projection = Projection::new(2000, 2000).rule(Rule::FixedInDegree(400));
    let one_delay = projection.draw::<f32>(0)?;
    assert!(one_delay.bytes() as f64 / (one_delay.len() as f64) < 6.05);
    let many = projection.delays(MIXED).draw::<f32>(0)?;
    assert!(many.bytes() as f64 / (many.len() as f64) < 8.0);
    let short = projection.delays(MIXED).draw_as::<f32, i16>(0)?;
    assert!(short.bytes() as f64 / (short.len() as f64) < 6.0);
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused() {
    let it = Projection::new(10, 20);
    let refused = |projection: Projection| projection.draw::<f32>(0).map(drop).unwrap_err();
    let says = |projection: Projection, word: &str| {
        let message = refused(projection).to_string();
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    };
    says(it.rule(Rule::FixedProbability(1.5)), "1.5");
    says(it.rule(Rule::FixedProbability(f64::NAN)), "NaN");
    says(
        it.rule(Rule::OneToOne),
        "10 sources to 20 targets: one-to-one",
    );
    says(it.rule(Rule::FixedInDegree(11)).multapses(false), "only 10");
    says(it.rule(Rule::FixedTotal(5)).multapses(false), "multapses");
    says(it.delays(Distribution::Constant(0.2)), "0.2 steps");
    says(
        it.delays(Distribution::Normal {
            mean: 1.0,
            sd: -1.0,
        }),
        "no distribution",
    );
    says(
        it.weights(Distribution::Constant(f64::NAN)),
        "no distribution",
    );
    says(it.weights(Distribution::Constant(1e300)), "1e300");
    let apart = Distribution::TruncatedNormal {
        mean: 0.0,
        sd: 1.0,
        low: 50.0,
        high: 51.0,
    };
    says(it.weights(apart), "no distribution");
    says(Projection::new(0, 20), "0 sources");
    let outside = [Synapse {
        source: 0,
        target: 20,
        weight: 1.0,
        delay: 1,
    }];
    let error = Synapses::<f32>::from_list(10, 20, &outside)
        .map(drop)
        .unwrap_err();
    assert!(error.to_string().contains("neuron 20"), "{error}");
}

/// Plays random spikes through a projection and compares every arrival with a sum over all
/// synapses.
fn deliver<W: WeightStorage<i32>>(targets: usize, workers: usize) -> lava::Result<()> {
    const SOURCES: usize = 30;
    const STEPS: usize = 60;
    let synapses = Projection::new(SOURCES, targets)
        .rule(Rule::FixedOutDegree(40))
        .weights(Distribution::Uniform {
            low: 1.0,
            high: 100.0,
        })
        .delays(MIXED)
        .draw_as::<i32, W>(0)?;
    let fired = |step: usize, source: usize| (step * 7 + source * 13).is_multiple_of(11);
    let mut expected = Array2::<i32>::zeros((STEPS, targets));
    for synapse in synapses.iter() {
        for step in 0..STEPS - synapse.delay.min(STEPS) {
            if fired(step, synapse.source) {
                expected[[step + synapse.delay, synapse.target]] += synapse.weight as i32;
            }
        }
    }
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(Array2::from_shape_fn((STEPS, SOURCES), |at| fired(at.0, at.1)));
        sparse: Sparse<i32, Spike, W> = Sparse::synapses(synapses);
        output: Sink<i32> = Sink::shape([targets]).steps(STEPS);
        input.s_out -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.set_workers(workers)?;
    for _ in 0..2 {
        net.run(RunSteps(STEPS as u64))?;
        assert!(net.output.data.get()? == expected.clone().into_dyn());
        net.reset()?;
    }
    Ok(())
}

#[test]
fn spikes_arrive_when_they_are_due() -> lava::Result<()> {
    deliver::<i32>(50, 1)
}

#[test]
fn more_targets_than_16_bits_can_number() -> lava::Result<()> {
    deliver::<i32>((1 << 16) + 1000, 1)
}

#[test]
fn integers_can_be_kept_in_16_bits() -> lava::Result<()> {
    deliver::<i16>(50, 1)
}

#[test]
fn synapses_can_be_cut() -> lava::Result<()> {
    deliver::<i32>(3000, 3)?;
    deliver::<i16>((1 << 16) + 1000, 3)
}

#[test]
fn weights_can_be_read_and_set() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data([[true]]);
        sparse: Sparse = Sparse::projection(Projection::new(1, 2));
        output: Sink = Sink::shape([2]).steps(3);
        input.s_out -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.run(RunSteps(2))?;
    net.sparse.weights.set([3.0, 4.0])?;
    net.run(RunSteps(2))?;
    let arrived = arr2(&[[3.0, 4.0], [1.0, 1.0], [1.0, 1.0]]).into_dyn();
    assert_eq!(net.output.data.get()?, arrived);
    Ok(())
}

#[test]
fn weights_in_16_bits_can_be_read_and_set() -> lava::Result<()> {
    let uniform = Distribution::Uniform {
        low: -2.0,
        high: 3.0,
    };
    let projection = Projection::new(20, 900).weights(uniform).delays(MIXED);
    let exact = projection.draw::<f32>(0)?;
    let net = loihi();
    net.set_workers(2)?;
    let sparse: Sparse<f32, Spike, i16> = net.add(Sparse::projection(projection.seed(0)))?;
    let near = |values: &ndarray::ArrayD<f32>, largest: f32| -> lava::Result<bool> {
        let kept = sparse.weights.get()?;
        let error = (&kept - values).mapv(f32::abs);
        Ok(error.iter().all(|error| *error <= largest / 65_000.0))
    };
    let exact: Vec<f32> = exact.iter().map(|synapse| synapse.weight as f32).collect();
    let exact = ndarray::Array1::from(exact).into_dyn();
    assert!(near(&exact, 3.0)?, "before the first run");
    net.run(RunSteps(1))?;
    assert!(near(&exact, 3.0)?, "as they were built");
    let larger = &exact * 100.0;
    sparse.weights.set(&larger)?;
    assert!(near(&larger, 300.0)?, "as they were set");
    let smaller = &exact * 1e-4;
    sparse.weights.set(&smaller)?;
    assert!(near(&smaller, 3e-4)?, "however small they are");
    net.reset()?;
    assert!(near(&exact, 3.0)?, "after a reset");
    Ok(())
}

/// A population that several projections reach, some with the same delay on the way, next to a
/// connection of another kind.
fn convergence(workers: usize) -> lava::Result<ndarray::ArrayD<i32>> {
    const N: usize = 20;
    let net = loihi();
    net.set_workers(workers)?;
    let fired = Array2::from_shape_fn((11, N), |(step, neuron)| (step + neuron).is_multiple_of(3));
    let input: Source<Spike> = net.add(Source::data(&fired))?;
    let ramp: Source<i32> = net.add(Source::data(Array2::from_shape_fn((7, N), |at| {
        (at.0 * at.1) as i32
    })))?;
    let sink: Sink<i32> = net.add(Sink::shape([N]).steps(40))?;
    let mut all = Vec::new();
    for seed in 0..5 {
        let projection = Projection::new(N, N)
            .rule(Rule::FixedInDegree(6))
            .weights(Distribution::Uniform {
                low: 1.0,
                high: 50.0,
            })
            .delays(MIXED);
        let synapses = projection.draw::<i32>(seed)?;
        let late = (seed / 3) as usize;
        all.extend(synapses.iter().map(|synapse| (late, synapse)));
        let sparse: Sparse<i32> = net.add(Sparse::synapses(synapses))?;
        input.s_out.connect(&sparse.s_in)?;
        if seed == 2 {
            ramp.s_out.connect(&sink.a_in)?;
        }
        sparse.a_out.delayed(late).connect(&sink.a_in)?;
    }
    net.run(RunSteps(40))?;
    let mut expected = Array2::from_shape_fn((40, N), |(step, neuron)| (step % 7 * neuron) as i32);
    for (late, synapse) in all {
        for step in 0..40 {
            let arrival = step + synapse.delay + late;
            if arrival < 40 && fired[[step % 11, synapse.source]] {
                expected[[arrival, synapse.target]] += synapse.weight as i32;
            }
        }
    }
    assert_eq!(
        sink.data.get()?,
        expected.into_dyn(),
        "on {workers} workers"
    );
    net.reset()?;
    net.run(RunSteps(40))?;
    sink.data.get()
}

#[test]
fn projections_that_share_a_sum_add_up() -> lava::Result<()> {
    let alone = convergence(1)?;
    assert_eq!(convergence(2)?, alone);
    assert_eq!(convergence(3)?, alone);
    Ok(())
}

#[test]
fn a_projection_to_several_populations_has_a_sum_of_its_own() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data([[true]]);
        sparse: Sparse = Sparse::projection(Projection::new(1, 2));
        other: Sparse = Sparse::projection(Projection::new(1, 2));
        left: Sink = Sink::shape([2]).steps(2);
        right: Sink = Sink::shape([2]).steps(2);
        input.s_out -> [sparse.s_in, other.s_in];
        sparse.a_out -> [left.a_in, right.a_in];
        other.a_out -> right.a_in;
    }?;
    net.run(RunSteps(2))?;
    assert_eq!(
        net.left.data.get()?,
        arr2(&[[0.0, 0.0], [1.0, 1.0]]).into_dyn()
    );
    assert_eq!(
        net.right.data.get()?,
        arr2(&[[0.0, 0.0], [2.0, 2.0]]).into_dyn()
    );
    let error = net
        .probe(&net.sparse.a_out)
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`sparse.a_out`") && error.contains("`Sink`"),
        "{error}"
    );
    Ok(())
}
