//! Projections without a synapse are valid: some rules and probabilities draw none.

use lava::prelude::*;
use lava::proc::synapse::{
    Connectivity, Projection, Rule, Sparse, SynapseError, Synapses, WeightStorage,
};
use lava::proc::{Sink, Source, Weight};
use ndarray::{Array1, Array2};

const SOURCES: usize = 3;
const TARGETS: usize = 4;
const STEPS: usize = 5;

/// Empty connectivity, by every way to it.
fn nothing<T: Weight, W: WeightStorage<T>>() -> Result<Vec<Connectivity<T, W>>, SynapseError> {
    let rules = [
        Rule::FixedProbability(0.0),
        Rule::FixedProbability(1e-300),
        Rule::FixedInDegree(0),
        Rule::FixedOutDegree(0),
        Rule::FixedTotal(0),
    ];
    let all = Projection::new(SOURCES, TARGETS);
    let mut ways: Vec<Connectivity<T, W>> = rules.map(|rule| all.rule(rule).into()).into();
    let zeros = Array2::from_elem((TARGETS, SOURCES), T::ZERO);
    ways.push(Synapses::from_list(SOURCES, TARGETS, &[])?.into());
    ways.push(Synapses::from_matrix(&zeros)?.into());
    ways.push(all.rule(Rule::FixedTotal(0)).draw_as::<T, W>(0)?.into());
    Ok(ways)
}

/// Runs empty connections: nothing arrives, and their weights are an empty list.
macro_rules! run {
    ($weight:ty, $message:ty, $storage:ty, $record:expr, $exponent:expr, $workers:expr) => {
        for connectivity in nothing::<$weight, $storage>()? {
            let synapses = connectivity.synapses()?;
            assert!(synapses.is_empty() && synapses.iter().next().is_none());
            let net = network! { Loihi1SimCfg;
                input: Source<$message> = Source::data(Array2::from_elem((1, SOURCES), $record));
                sparse: Sparse<$weight, $message, $storage> =
                    Sparse::connectivity(connectivity).weight_exp($exponent);
                output: Sink<$weight> = Sink::shape([TARGETS]).steps(STEPS);
                input.s_out  -> sparse.s_in;
                sparse.a_out -> output.a_in;
            }?;
            net.set_workers($workers)?;
            let probe = net.probe(&net.sparse.weights)?;
            let none = Array1::<$weight>::from(vec![]).into_dyn();
            assert_eq!(net.sparse.weights.get()?, none);
            net.sparse.weights.set(&none)?;
            for _ in 0..2 {
                net.run(RunSteps(STEPS as u64))?;
                assert_eq!(net.sparse.weights.get()?, none);
                net.sparse.weights.set(&none)?;
                net.sparse.weights.set(<$weight>::ONE)?;
                assert_eq!(probe.data().shape(), [STEPS, 0]);
                assert!(
                    net.output
                        .data
                        .get()?
                        .iter()
                        .all(|sum| *sum == <$weight>::ZERO)
                );
                net.reset()?;
            }
            let error = net.sparse.weights.set([<$weight>::ONE; 2]).unwrap_err();
            assert!(error.to_string().contains("[2]"), "{error}");
        }
    };
}

#[test]
fn a_projection_may_have_no_synapses() -> lava::Result<()> {
    for workers in [1, 2, 3] {
        run!(f32, Spike, f32, true, 0, workers);
        run!(f64, f64, i16, 1.5, 0, workers);
        run!(f32, Spike, i16, true, 0, workers);
        for exponent in [-1, 0, 1] {
            run!(i32, Spike, i32, true, exponent, workers);
            run!(i32, i32, i16, 7, exponent, workers);
        }
    }
    Ok(())
}

#[test]
fn one_neuron_without_autapses_has_no_partner() -> lava::Result<()> {
    for rule in [Rule::AllToAll, Rule::FixedProbability(0.7)] {
        let projection = Projection::new(1, 1).rule(rule).autapses(false);
        assert!(projection.draw::<f32>(0)?.is_empty());
        assert_eq!(projection.expected_synapses(), 0.0);
    }
    Ok(())
}

#[test]
fn a_population_of_none_is_refused() {
    for (sources, targets) in [(0, 1), (1, 0)] {
        let refused = [
            Projection::new(sources, targets).draw::<f32>(0),
            Synapses::from_list(sources, targets, &[]),
            Synapses::from_matrix(&Array2::<f32>::zeros((targets, sources))),
        ];
        for refused in refused {
            let error = refused.map(drop).unwrap_err().to_string();
            let numbers = format!("not {sources} sources and {targets} targets");
            assert!(error.contains(&numbers), "{error}");
        }
    }
}
