//! Projections are descriptions: drawn once, when they are needed, alike by any number of workers.

use lava::prelude::*;
use lava::proc::synapse::{
    Connectivity, Distribution, Projection, Rule, Sparse, Synapse, Synapses,
};
use lava::proc::{Sink, Source};
use ndarray::{Array1, Array2, ArrayD};

use crate::support::loihi;

const STEPS: usize = 50;
const SOURCES: usize = 40;
const TARGETS: usize = 3000;
const DELAYS: Distribution = Distribution::TruncatedNormal {
    mean: 6.0,
    sd: 3.0,
    low: 1.0,
    high: 20.0,
};
const WEIGHTS: Distribution = Distribution::Normal { mean: 1.0, sd: 0.3 };
const RULES: [Rule; 4] = [
    Rule::FixedProbability(0.05),
    Rule::FixedInDegree(3),
    Rule::FixedOutDegree(90),
    Rule::FixedTotal(4000),
];

fn projection(rule: Rule) -> Projection {
    Projection::new(SOURCES, TARGETS)
        .rule(rule)
        .weights(WEIGHTS)
        .delays(DELAYS)
}

/// The sums that arrive in every step, and the weights afterwards.
fn play(
    connectivity: Connectivity<f32>,
    workers: usize,
) -> lava::Result<(ArrayD<f32>, ArrayD<f32>)> {
    let fired = |step: usize, source: usize| (step * 7 + source * 13).is_multiple_of(11);
    let spikes = Array2::from_shape_fn((STEPS, SOURCES), |at| fired(at.0, at.1));
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data(spikes);
        sparse: Sparse        = Sparse::connectivity(connectivity);
        output: Sink          = Sink::shape([TARGETS]).steps(STEPS);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.set_workers(workers)?;
    net.run(RunSteps(STEPS as u64))?;
    Ok((net.output.data.get()?, net.sparse.weights.get()?))
}

#[test]
fn workers_draw_what_is_drawn_at_once() -> lava::Result<()> {
    for rule in RULES {
        let projection = projection(rule);
        let at_once = play(projection.draw(7)?.into(), 1)?;
        for workers in [1, 2, 3] {
            let drawn = play(projection.seed(7).into(), workers)?;
            assert!(drawn == at_once, "{rule:?} on {workers} workers");
        }
    }
    Ok(())
}

#[test]
fn weights_can_be_read_before_the_run() -> lava::Result<()> {
    let net = loihi();
    let projection = projection(Rule::FixedProbability(0.01)).seed(3);
    let sparse: Sparse = net.add(Sparse::projection(projection))?;
    let read = sparse.weights.get()?;
    assert_eq!(sparse.weights.shape(), read.shape());
    let at_once: Synapses<f32> = projection.draw(3)?;
    let expected = at_once.iter().map(|synapse| synapse.weight as f32);
    assert_eq!(read, Array1::from_iter(expected).into_dyn());
    let before: Vec<Synapse> = sparse.connectivity.synapses()?.iter().collect();
    net.run(RunSteps(1))?;
    assert_eq!(sparse.weights.get()?, read);
    let after: Vec<Synapse> = sparse.connectivity.synapses()?.iter().collect();
    assert!(before == after);
    net.stop()
}

#[test]
fn weights_that_are_set_before_the_run_are_those_that_run() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data([[true]]);
        sparse: Sparse        = Sparse::projection(Projection::new(1, 2));
        output: Sink          = Sink::shape([2]).steps(2);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    let wrong = net.sparse.weights.set([1.0, 2.0, 3.0]).unwrap_err();
    assert!(wrong.to_string().contains("[3]"), "{wrong}");
    net.sparse.weights.set([3.0, 4.0])?;
    net.run(RunSteps(2))?;
    let arrived = ndarray::arr2(&[[0.0, 0.0], [3.0, 4.0]]).into_dyn();
    assert_eq!(net.output.data.get()?, arrived);
    net.stop()
}

#[test]
fn one_number_is_the_weight_of_all_synapses() -> lava::Result<()> {
    let net = loihi();
    let drawn = projection(Rule::FixedProbability(0.01));
    let sparse: Sparse = net.add(Sparse::projection(drawn).weights(2.5))?;
    assert!(net.set_seed(4).is_ok(), "nothing is drawn yet");
    let weights = sparse.weights.get()?;
    assert!(weights.len() > 1000 && weights.iter().all(|weight| *weight == 2.5));
    let refused = net.add(Sparse::<f32>::projection(drawn).weights(f32::NAN));
    let error = refused.map(drop).unwrap_err().to_string();
    assert!(
        error.contains("Sparse_1") && error.contains("NaN"),
        "{error}"
    );
    let refused = net.add(Sparse::<f32>::projection(drawn).weights([1.0, 2.0]));
    let error = refused.map(drop).unwrap_err().to_string();
    assert!(
        error.contains("weights") && error.contains("[2]"),
        "{error}"
    );
    Ok(())
}

/// The weights of two projections that nobody chose a seed for.
fn default_weights(seed: Option<u64>, names: [&str; 2]) -> lava::Result<[ArrayD<f32>; 2]> {
    let net = loihi();
    let add = |name: &str| -> lava::Result<Sparse> {
        net.add(Sparse::projection(projection(Rule::AllToAll)).name(name))
    };
    let [left, right] = [add(names[0])?, add(names[1])?];
    if let Some(seed) = seed {
        net.set_seed(seed)?;
    }
    net.compile()?;
    Ok([left.weights.get()?, right.weights.get()?])
}

#[test]
fn seeds_follow_from_the_network_and_the_name() -> lava::Result<()> {
    let [left, right] = default_weights(None, ["left", "right"])?;
    assert!(left != right);
    let again = default_weights(Some(0), ["left", "right"])?;
    assert!(again == [left.clone(), right.clone()], "0 is the default");
    let [other, _] = default_weights(Some(1), ["left", "right"])?;
    assert!(other != left);
    let swapped = default_weights(None, ["right", "left"])?;
    assert!(
        swapped == [right, left],
        "the order of processes does not count"
    );
    Ok(())
}

#[test]
fn a_seed_in_use_cannot_be_changed() -> lava::Result<()> {
    let net = loihi();
    let sparse: Sparse = net.add(Sparse::projection(projection(Rule::AllToAll)))?;
    net.set_seed(1)?;
    let debug = format!("{:?} {sparse:?} {:?}", sparse.weights, sparse.connectivity);
    assert!(debug.contains("[_]"), "{debug}");
    net.set_seed(2)?;
    sparse.weights.get()?;
    let error = net.set_seed(3).unwrap_err().to_string();
    assert!(error.contains("seed is in use"), "{error}");
    Ok(())
}

#[test]
fn an_impossible_projection_is_refused_when_it_is_added() {
    let net = loihi();
    let it = Projection::new(10, 20);
    let says = |projection: Projection, word: &str| {
        let refused = net.add(Sparse::<f32>::projection(projection).name("cortex"));
        let message = refused.map(drop).unwrap_err().to_string();
        let named = message.contains("`cortex`") && message.contains(word);
        assert!(named, "`{message}` does not say `cortex` and `{word}`");
    };
    says(
        it.rule(Rule::OneToOne),
        "10 sources to 20 targets: one-to-one",
    );
    says(it.rule(Rule::FixedProbability(1.5)), "1.5");
    says(it.rule(Rule::FixedInDegree(11)).multapses(false), "only 10");
    says(it.rule(Rule::FixedTotal(5)).multapses(false), "multapses");
    let one = Projection::new(1, 1).autapses(false);
    says(one.rule(Rule::FixedTotal(1)), "`FixedTotal(1)`");
    says(one.rule(Rule::OneToOne), "autapses(false)");
    says(it.rule(Rule::FixedInDegree(usize::MAX)), "split it");
    says(it.delays(Distribution::Constant(0.2)), "0.2 steps");
    says(it.weights(Distribution::Constant(1e300)), "1e300");
    says(Projection::new(0, 20), "0 sources");
}

#[test]
fn what_only_drawing_shows_is_reported_with_the_name_of_the_process() -> lava::Result<()> {
    let net = loihi();
    let late = Distribution::Normal { mean: 1.0, sd: 2.0 };
    let projection = |rule| projection(rule).delays(late);
    let sparse: Sparse = net.add(Sparse::projection(projection(Rule::AllToAll)).name("cortex"))?;
    let error = net.compile().unwrap_err().to_string();
    assert!(
        error.contains("cortex") && error.contains("steps was drawn"),
        "{error}"
    );
    let error = sparse.weights.get().unwrap_err().to_string();
    assert!(
        error.contains("cortex.weights") && error.contains("steps was drawn"),
        "{error}"
    );
    assert_eq!(sparse.weights.shape(), [SOURCES * TARGETS], "it is known");
    let unknown = projection(Rule::FixedProbability(0.9));
    let sparse: Sparse = loihi().add(Sparse::projection(unknown))?;
    assert_eq!(sparse.weights.shape(), [0]);
    Ok(())
}

#[test]
fn the_number_of_synapses_is_known_before() -> lava::Result<()> {
    let all = Projection::new(40, 40).autapses(false);
    for rule in [
        Rule::AllToAll,
        Rule::FixedInDegree(7),
        Rule::FixedOutDegree(7),
        Rule::FixedTotal(1234),
    ] {
        let projection = all.rule(rule);
        let drawn = projection.draw::<f32>(0)?.len() as f64;
        assert_eq!(projection.expected_synapses(), drawn, "{rule:?}");
    }
    let some = Projection::new(1000, 1000).rule(Rule::FixedProbability(0.1));
    let drawn = some.draw::<f32>(0)?.len() as f64;
    assert!((some.expected_synapses() - drawn).abs() < 1500.0);
    Ok(())
}

#[test]
fn delays_that_are_spread_wide_arrive_when_they_are_due() -> lava::Result<()> {
    let delays = Distribution::LogNormal {
        mu: 3.0,
        sigma: 1.0,
    };
    let projection = Projection::new(1, 30).delays(delays).seed(5);
    let expected = |arrived: &ArrayD<i32>| -> lava::Result<()> {
        for synapse in projection.draw::<i32>(5)?.iter() {
            let arrives = synapse.delay < STEPS;
            let sums = arrived.index_axis(ndarray::Axis(1), synapse.target);
            assert_eq!(sums.sum(), i32::from(arrives) * 4, "{synapse:?}");
            assert!(!arrives || sums[synapse.delay] == 4, "{synapse:?}");
        }
        Ok(())
    };
    let mut spikes = Array2::from_elem((STEPS, 1), false);
    spikes[[0, 0]] = true;
    for (weight, exponent) in [(4, 0), (2, 1), (8, -1)] {
        let net = network! { Loihi1SimCfg;
            input:  Source<Spike> = Source::data(&spikes);
            sparse: Sparse<i32>   = Sparse::projection(projection)
                .weights(weight)
                .weight_exp(exponent);
            output: Sink<i32>     = Sink::shape([30]).steps(STEPS);
            input.s_out  -> sparse.s_in;
            sparse.a_out -> output.a_in;
        }?;
        net.run(RunSteps(STEPS as u64))?;
        expected(&net.output.data.get()?)?;
        net.stop()?;
    }
    Ok(())
}

#[test]
fn two_projections_without_seeds_have_nothing_in_common() -> lava::Result<()> {
    let net = loihi();
    let rule = Rule::FixedInDegree(8);
    let pairs = |targets| -> lava::Result<Vec<(usize, usize)>> {
        let projection = Projection::new(80, targets).rule(rule).multapses(false);
        let sparse: Sparse = net.add(Sparse::projection(projection))?;
        let synapses = sparse.connectivity.synapses()?;
        Ok(synapses
            .iter()
            .map(|synapse| (synapse.source, synapse.target))
            .collect())
    };
    let (many, few) = (pairs(80)?, pairs(20)?);
    let shared = few.iter().filter(|pair| many.contains(pair)).count();
    // One in ten by chance.
    assert!((4..32).contains(&shared), "{shared} of {}", few.len());
    Ok(())
}

/// Runs a test of this program in a process of its own, in which no thread can be started.
fn runs_without_threads(test: &str) -> bool {
    const MARK: &str = "LAVA_TEST_WITHOUT_THREADS";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("the test program has a path");
    let output = std::process::Command::new(program)
        .args(["--exact", test, "--test-threads=1", "--nocapture"])
        .env(MARK, "1")
        // No stack can be so large.
        .env("RUST_MIN_STACK", (1_u64 << 60).to_string())
        .output()
        .expect("the test program can be run again");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{output:?}"
    );
    false
}

#[test]
fn a_projection_is_drawn_where_no_thread_can_be_started() -> lava::Result<()> {
    if !runs_without_threads("projections::a_projection_is_drawn_where_no_thread_can_be_started") {
        return Ok(());
    }
    let refused = std::thread::Builder::new().spawn(|| ());
    assert!(refused.is_err(), "a thread was started");
    for rule in RULES {
        let projection = projection(rule);
        let alone: Vec<Synapse> = projection.threads(1).draw::<f32>(7)?.iter().collect();
        let several: Vec<Synapse> = projection.threads(4).draw::<f32>(7)?.iter().collect();
        assert!(alone == several, "{rule:?}");
    }
    Ok(())
}
