//! Projections of one population, which are merged: what arrives has the bits of each projection alone,
//! whatever happens to one of them, on any number of workers.

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule, Sparse};
use lava::proc::{Sink, Source};
use ndarray::{Array1, Array2, ArrayD};

use crate::support::loihi;

const STEPS: usize = 60;
const SOURCES: usize = 50;
/// Neurons of each population that receives; several blocks, so that workers can share them.
const TARGETS: [usize; 3] = [700, 300, 1100];

/// The projections, one to each population.
struct Circuit {
    net: Network<Loihi1SimCfg>,
    sparse: Vec<Sparse>,
    sinks: Vec<Sink>,
}

/// The spikes of a step.
fn spikes() -> Array2<bool> {
    Array2::from_shape_fn((STEPS, SOURCES), |(step, source)| {
        (step * 7 + source * 5) % 11 == 0
    })
}

fn projection(number: usize, targets: usize) -> Projection {
    let (low, high) = (-1.0, 2.0);
    Projection::new(SOURCES, targets)
        .rule(Rule::FixedInDegree(7 + number))
        .weights(Distribution::Uniform { low, high })
        .delays(Distribution::Uniform {
            low: 1.0,
            high: [9.0, 1.0, 17.0][number],
        })
        .seed(number as u64)
}

impl Circuit {
    /// The projections of one source, or each of a source of its own.
    fn new(has_one_source: bool, workers: usize, shards: usize) -> lava::Result<Circuit> {
        let net = loihi();
        net.set_workers(workers)?;
        net.set_shards(shards)?;
        let shared: Source<Spike> = net.add(Source::data(spikes()))?;
        let (mut sparse, mut sinks) = (Vec::new(), Vec::new());
        for (number, targets) in TARGETS.into_iter().enumerate() {
            let own: Source<Spike> = net.add(Source::data(spikes()))?;
            let source = if has_one_source { &shared } else { &own };
            let projection = projection(number, targets);
            let synapses: Sparse = net.add(Sparse::projection(projection))?;
            let sink: Sink = net.add(Sink::shape([targets]).steps(STEPS))?;
            source.s_out.connect(&synapses.s_in)?;
            synapses.a_out.connect(&sink.a_in)?;
            sparse.push(synapses);
            sinks.push(sink);
        }
        Ok(Circuit { net, sparse, sinks })
    }

    fn run(&self, steps: usize) -> lava::Result<()> {
        self.net.run(RunSteps(steps as u64))
    }

    /// The sums that have arrived at each population.
    fn arrived(self) -> lava::Result<Vec<ArrayD<f32>>> {
        let arrived = self.sinks.iter().map(|sink| sink.data.get());
        let arrived = arrived.collect::<lava::Result<_>>()?;
        self.net.stop()?;
        Ok(arrived)
    }
}

/// Runs the projections apart and merged, and compares what arrives.
fn same(act: impl Fn(&Circuit) -> lava::Result<()>) -> lava::Result<()> {
    let apart = Circuit::new(false, 1, 1)?;
    act(&apart)?;
    let expected = apart.arrived()?;
    for (workers, shards) in [(1, 1), (1, 3), (2, 2), (3, 3), (8, 8)] {
        let merged = Circuit::new(true, workers, shards)?;
        act(&merged)?;
        let arrived = merged.arrived()?;
        assert!(arrived == expected, "{workers} workers, {shards} shards");
    }
    Ok(())
}

#[test]
fn merged_projections_send_what_each_would() -> lava::Result<()> {
    same(|circuit| circuit.run(STEPS))
}

#[test]
fn weights_of_one_are_set_while_spikes_are_on_their_way() -> lava::Result<()> {
    same(|circuit| {
        circuit.run(20)?;
        for (number, sparse) in circuit.sparse.iter().enumerate().skip(1) {
            let synapses = sparse.weights.get()?.len();
            sparse
                .weights
                .set(Array1::from_elem(synapses, number as f32))?;
            circuit.run(number)?;
        }
        circuit.run(STEPS - 23)
    })
}

#[test]
fn one_is_reset_while_spikes_are_on_their_way() -> lava::Result<()> {
    same(|circuit| {
        circuit.run(20)?;
        circuit.net.reset_process(&circuit.sparse[2])?;
        circuit.run(3)?;
        let weights = circuit.sparse[0].weights.get()?;
        circuit.sparse[0].weights.set(weights * 2.0)?;
        circuit.net.reset_process(&circuit.sparse[2])?;
        circuit.net.reset_process(&circuit.sparse[1])?;
        circuit.run(STEPS - 23)
    })
}

#[test]
fn a_reset_network_begins_again() -> lava::Result<()> {
    same(|circuit| {
        circuit.run(20)?;
        let weights = circuit.sparse[0].weights.get()?;
        circuit.sparse[0].weights.set(weights * 2.0)?;
        circuit.run(20)?;
        circuit.net.reset()?;
        circuit.run(STEPS)
    })
}

#[test]
fn synapses_are_the_same_before_and_after_they_are_merged() -> lava::Result<()> {
    for (workers, shards) in [(1, 1), (2, 3)] {
        let circuit = Circuit::new(true, workers, shards)?;
        let drawn = |sparse: &Sparse| {
            sparse
                .connectivity
                .synapses()
                .map(|all| all.iter().collect())
        };
        let before: Vec<Vec<_>> = circuit.sparse.iter().map(drawn).collect::<Result<_, _>>()?;
        let weights = circuit.sparse[2].weights.get()?;
        circuit.run(1)?;
        let after: Vec<Vec<_>> = circuit.sparse.iter().map(drawn).collect::<Result<_, _>>()?;
        assert!(before == after && circuit.sparse[2].weights.get()? == weights);
    }
    Ok(())
}

/// Several projections from one population to another, whose contributions are added one projection
/// after the other.
#[test]
fn projections_between_the_same_populations_are_kept_apart() -> lava::Result<()> {
    let arrived = |has_one_source: bool, workers: usize| -> lava::Result<ArrayD<f32>> {
        let net = loihi();
        net.set_workers(workers)?;
        let shared: Source<Spike> = net.add(Source::data(spikes()))?;
        let sink: Sink = net.add(Sink::shape([1100]).steps(STEPS))?;
        for number in [0, 2, 1] {
            let own: Source<Spike> = net.add(Source::data(spikes()))?;
            let synapses: Sparse = net.add(Sparse::projection(projection(number, 1100)))?;
            let source = if has_one_source { &shared } else { &own };
            source.s_out.connect(&synapses.s_in)?;
            synapses.a_out.connect(&sink.a_in)?;
        }
        net.run(RunSteps(STEPS as u64))?;
        sink.data.get()
    };
    let expected = arrived(false, 1)?;
    for workers in [1, 2, 3] {
        assert!(arrived(true, workers)? == expected, "{workers} workers");
    }
    Ok(())
}
