//! Procedural projections: the statistics of stored ones, the same bits on any number of workers, and
//! errors that name the way out.

use lava::prelude::*;
use lava::proc::synapse::{
    Distribution, ProceduralProjection, ProceduralSparse, Projection, Rule, Synapse,
};
use lava::proc::{Sink, Source};
use ndarray::{Array2, ArrayD};

use crate::support::{fails, loihi};

pub(crate) const SOURCES: usize = 300;
pub(crate) const TARGETS: usize = 3000;
const DELAYS: Distribution = Distribution::TruncatedNormal {
    mean: 6.0,
    sd: 3.0,
    low: 1.0,
    high: 20.0,
};
const WEIGHTS: Distribution = Distribution::Normal { mean: 1.0, sd: 0.3 };
pub(crate) const RULES: [Rule; 7] = [
    Rule::FixedProbability(0.2),
    Rule::FixedProbability(0.002),
    Rule::FixedProbability(1e-4),
    Rule::FixedOutDegree(700),
    Rule::FixedOutDegree(2700),
    Rule::FixedTotal(200_000),
    Rule::AllToAll,
];

pub(crate) fn projection(rule: Rule) -> Projection {
    Projection::new(SOURCES, TARGETS)
        .rule(rule)
        .weights(WEIGHTS)
        .delays(DELAYS)
        .seed(11)
}

/// All synapses of a projection.
pub(crate) fn all(projection: Projection) -> lava::Result<Vec<Synapse>> {
    let procedural = ProceduralProjection::from(projection);
    let mut synapses = Vec::new();
    for source in 0..procedural.sources() {
        synapses.extend(procedural.synapses_of(source)?);
    }
    Ok(synapses)
}

/// The projections of a rule with and without autapses, and where it matters multapses.
pub(crate) fn variants(rule: Rule) -> Vec<Projection> {
    let it = projection(rule);
    let mut variants = vec![it, it.autapses(false)];
    if matches!(rule, Rule::FixedOutDegree(_)) {
        variants.extend([it.multapses(false), it.multapses(false).autapses(false)]);
    }
    variants
}

/// The sums that arrive in every step if sources fire at random for half of the steps.
fn play(projection: Projection, steps: usize, workers: usize) -> lava::Result<ArrayD<f32>> {
    let fired = |step: usize, source: usize| {
        2 * step < steps && (step * 7 + source * 13).is_multiple_of(41)
    };
    let spikes = Array2::from_shape_fn((steps, SOURCES), |at| fired(at.0, at.1));
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike>    = Source::data(spikes);
        sparse: ProceduralSparse = projection.procedural();
        output: Sink             = Sink::shape([TARGETS]).steps(steps);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.set_workers(workers)?;
    net.set_shards(workers)?;
    net.run(RunSteps(steps as u64))?;
    net.output.data.get()
}

#[test]
fn any_number_of_workers_draws_the_same_synapses() -> lava::Result<()> {
    for rule in RULES {
        for projection in variants(rule) {
            let one = play(projection, 30, 1)?;
            assert!(one.iter().any(|sum| *sum != 0.0), "{rule:?}");
            for workers in [2, 3, 8] {
                let same = play(projection, 30, workers)? == one;
                assert!(same, "{projection:?} on {workers} workers");
            }
        }
    }
    Ok(())
}

#[test]
fn the_synapses_that_are_delivered_are_those_that_are_listed() -> lava::Result<()> {
    const STEPS: usize = 22;
    for rule in RULES {
        for projection in variants(rule) {
            let source = 123;
            let mut spikes = Array2::from_elem((STEPS, SOURCES), 0.0);
            spikes[[0, source]] = 2.0;
            let net = network! { Loihi1SimCfg;
                input:  Source<f64>                = Source::data(spikes);
                sparse: ProceduralSparse<f64, f64> = projection.procedural();
                output: Sink<f64>                  = Sink::shape([TARGETS]).steps(STEPS);
                input.s_out  -> sparse.s_in;
                sparse.a_out -> output.a_in;
            }?;
            net.set_shards(3)?;
            net.run(RunSteps(STEPS as u64))?;
            let mut expected = Array2::from_elem((STEPS, TARGETS), 0.0);
            for synapse in net.sparse.projection.synapses_of(source)? {
                expected[[synapse.delay, synapse.target]] += 2.0 * synapse.weight;
            }
            assert_eq!(
                net.output.data.get()?,
                expected.into_dyn(),
                "{projection:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn rules_hold_exactly() -> lava::Result<()> {
    for rule in RULES {
        for (number, projection) in variants(rule).into_iter().enumerate() {
            let (autapses, multapses) = (number % 2 == 0, number < 2);
            let procedural = ProceduralProjection::from(projection);
            let mut total = 0;
            for source in 0..SOURCES {
                let mut targets: Vec<usize> = procedural
                    .synapses_of(source)?
                    .iter()
                    .map(|it| it.target)
                    .collect();
                total += targets.len();
                assert!(autapses || !targets.contains(&source), "{projection:?}");
                if let Rule::FixedOutDegree(degree) = rule {
                    assert_eq!(targets.len(), degree, "{projection:?}");
                }
                targets.sort_unstable();
                let repeats = targets.windows(2).filter(|pair| pair[0] == pair[1]).count();
                let may_repeat =
                    multapses && matches!(rule, Rule::FixedOutDegree(_) | Rule::FixedTotal(_));
                assert!(
                    may_repeat || repeats == 0,
                    "{projection:?}: {repeats} repeats"
                );
            }
            if let Rule::FixedTotal(expected) = rule {
                assert_eq!(total, expected);
            }
            if rule == Rule::AllToAll {
                assert_eq!(total as f64, projection.expected_synapses());
            }
        }
    }
    Ok(())
}

#[test]
fn a_run_can_go_on_and_begin_again() -> lava::Result<()> {
    let projection = projection(Rule::FixedTotal(100_000));
    let at_once = play(projection, 40, 1)?;
    let fired =
        |step: usize, source: usize| 2 * step < 40 && (step * 7 + source * 13).is_multiple_of(41);
    let spikes = Array2::from_shape_fn((40, SOURCES), |at| fired(at.0, at.1));
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike>    = Source::data(spikes);
        sparse: ProceduralSparse = projection.procedural();
        output: Sink             = Sink::shape([TARGETS]).steps(40);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.run(RunSteps(7))?;
    net.run(RunSteps(33))?;
    assert!(net.output.data.get()? == at_once);
    net.reset()?;
    net.run(RunSteps(40))?;
    assert!(net.output.data.get()? == at_once);
    net.stop()
}

#[test]
fn rules_have_their_edges() -> lava::Result<()> {
    let count = |projection: Projection| all(projection).map(|list| list.len());
    let it = Projection::new(3, 4).seed(1);
    for nothing in [
        Rule::FixedProbability(0.0),
        Rule::FixedProbability(1e-300),
        Rule::FixedOutDegree(0),
        Rule::FixedTotal(0),
    ] {
        assert_eq!(count(it.rule(nothing))?, 0, "{nothing:?}");
    }
    assert_eq!(count(it.rule(Rule::FixedProbability(1.0)))?, 12);
    assert_eq!(
        count(it.rule(Rule::FixedProbability(1.0)).autapses(false))?,
        9
    );
    assert_eq!(count(it.rule(Rule::FixedTotal(1)))?, 1);
    assert_eq!(
        count(it.rule(Rule::FixedOutDegree(4)).multapses(false))?,
        12
    );
    assert_eq!(count(it.rule(Rule::FixedOutDegree(100)))?, 300);
    assert_eq!(
        count(
            it.rule(Rule::FixedOutDegree(3))
                .multapses(false)
                .autapses(false)
        )?,
        9
    );
    let square = Projection::new(5, 5).rule(Rule::OneToOne);
    let pairs = all(square)?;
    assert!(
        (0..5).all(|i| (pairs[i].source, pairs[i].target) == (i, i)),
        "{pairs:?}"
    );
    let one = all(Projection::new(1, 1))?;
    assert_eq!((one.len(), one[0].weight, one[0].delay), (1, 1.0, 1));
    // More sources than targets, and the reverse, with a synapse between most pairs.
    for (sources, targets) in [(2000, 3), (3, 2000), (1, 70_000)] {
        let tall = Projection::new(sources, targets).rule(Rule::FixedProbability(0.9));
        let off = count(tall)? as f64 / tall.expected_synapses() - 1.0;
        assert!(off.abs() < 0.03, "{sources} to {targets}: {off}");
        let total = Projection::new(sources, targets).rule(Rule::FixedTotal(999));
        assert_eq!(count(total)?, 999);
    }
    Ok(())
}

#[test]
fn what_cannot_be_drawn_from_the_source_is_refused_with_the_alternatives() {
    let net = loihi();
    let it = Projection::new(10, 20);
    let says = |projection: Projection, words: &[&str]| {
        let added = net.add(projection.procedural::<f32, Spike>().name("cortex"));
        fails(added.map(drop), &[&["`cortex`"], words].concat());
    };
    says(
        it.rule(Rule::FixedInDegree(3)),
        &[
            "in-degree of 3",
            "FixedTotal",
            "FixedProbability",
            "FixedOutDegree",
            "Sparse::projection",
        ],
    );
    says(it.rule(Rule::OneToOne), &["10 sources to 20 targets"]);
    says(it.rule(Rule::FixedProbability(1.5)), &["1.5"]);
    says(
        it.rule(Rule::FixedTotal(5)).multapses(false),
        &["multapses"],
    );
    says(
        it.rule(Rule::FixedOutDegree(21)).multapses(false),
        &["only 20"],
    );
    says(
        it.rule(Rule::FixedOutDegree(1 << 32)),
        &["4294967296", "split"],
    );
    says(it.rule(Rule::FixedTotal(usize::MAX)), &["split"]);
    says(
        it.delays(Distribution::Constant(0.2)),
        &["0.2", "1 to 65535"],
    );
    says(
        it.delays(Distribution::Normal { mean: 2.0, sd: 1.0 }),
        &["truncated"],
    );
    says(
        it.delays(Distribution::LogNormal {
            mu: 11.0,
            sigma: 1.0,
        }),
        &["65535"],
    );
    says(it.weights(Distribution::Constant(1e300)), &["1e300"]);
    says(
        it.weights(Distribution::LogNormal {
            mu: 0.0,
            sigma: 50.0,
        }),
        &["weight"],
    );
    says(
        it.weights(Distribution::Normal {
            mean: 0.0,
            sd: -1.0,
        }),
        &["no distribution"],
    );
    says(Projection::new(0, 20), &["0 sources"]);
}

#[test]
fn weights_cannot_be_read_set_or_recorded() -> lava::Result<()> {
    let words = [
        "weights",
        "none is stored",
        "Sparse::projection",
        "synapses_of",
    ];
    let net = loihi();
    let sparse: ProceduralSparse = net.add(Projection::new(10, 20).procedural().name("cortex"))?;
    for _ in 0..2 {
        fails(sparse.weights.get(), &words);
        fails(sparse.weights.set(1.0), &words);
        fails(net.probe(&sparse.weights), &words);
        net.run(RunSteps(1))?;
    }
    net.stop()?;
    let net = loihi();
    let given: ProceduralSparse = net.add(Projection::new(10, 20).procedural().weights(2.0))?;
    fails(net.run(RunSteps(1)), &words);
    drop(given);
    Ok(())
}

#[test]
fn more_synapses_than_memory_has_bytes_take_none() -> lava::Result<()> {
    let net = loihi();
    let projection = Projection::new(1_000_000, 1_000_000).rule(Rule::FixedProbability(0.3));
    let delays = Distribution::Constant(2.0);
    let sparse: ProceduralSparse = net.add(projection.delays(delays).procedural())?;
    assert_eq!(sparse.projection.expected_synapses(), 3e11);
    assert!(sparse.projection.bytes()? < 1000);
    let fixed = ProceduralProjection::from(projection.rule(Rule::FixedTotal(1 << 40)));
    assert!(fixed.bytes()? < 4_001_000, "4 bytes a source");
    let synapses = fixed.synapses_of(999_999)?.len() as f64;
    let mean = (1_u64 << 40) as f64 / 1e6;
    assert!((synapses / mean - 1.0).abs() < 0.01, "{synapses}");
    net.compile()?;
    let estimate = net.memory_estimate()?;
    assert!(estimate.total() < 100_000_000, "{estimate}");
    Ok(())
}

#[test]
fn seeds_follow_from_the_network_and_the_name() -> lava::Result<()> {
    let drawn = |seed: u64, name: &str| -> lava::Result<Vec<Synapse>> {
        let net = loihi();
        let projection = Projection::new(10, 200).rule(Rule::FixedOutDegree(20));
        let sparse: ProceduralSparse = net.add(projection.procedural().name(name))?;
        net.set_seed(seed)?;
        net.compile()?;
        Ok(sparse.projection.synapses_of(0)?)
    };
    let first = drawn(0, "left")?;
    assert!(first == drawn(0, "left")?);
    assert!(first != drawn(1, "left")? && first != drawn(0, "right")?);
    let own = |seed| ProceduralProjection::from(projection(Rule::AllToAll).seed(seed));
    assert!(own(1).synapses_of(0)? != own(2).synapses_of(0)?);
    assert!(own(1).synapses_of(0)? != own(1).synapses_of(1)?);
    Ok(())
}
