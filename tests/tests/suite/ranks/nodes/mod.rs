//! Networks that are divided among nodes, whose ranks exchange messages less often than those of one node.

mod faults;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::Result;
use lava::error::RankError;
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, PlasticSparse, PoissonInput, Sparse};
use lava::ranks::{Communicator, DryRun};
use lava::units::ms;
use ndarray::ArrayD;

use super::on_ranks;
use faults::{IDLE, acting};

/// An area of a network.
struct Area {
    neurons: Lif,
    learn: PlasticSparse,
}

/// Two areas that learn, with delays of at least `near` steps within each, and of at least 12 between them.
fn areas(net: &Network<Loihi1SimCfg>, near: f64) -> lava::Result<[Area; 2]> {
    net.set_dt(1.0 * ms)?;
    let uniform = |low: f64, high: f64| Distribution::Uniform { low, high };
    let area = |number: usize| -> lava::Result<Area> {
        let neurons = [700, 600][number];
        let lif = Lif::shape([neurons]).du(0.2).dv(0.05).vth(8.0);
        let lif: Lif = net.add(lif.name(format!("area{number}")))?;
        let noise = PoissonInput::shape([neurons]).rate(300.0).weight(2.5);
        let noise: PoissonInput = net.add(noise.dt(1.0 * ms).name(format!("noise{number}")))?;
        noise.a_out.connect(&lif.a_in)?;
        let within = Projection::new(neurons, neurons)
            .rule(Rule::FixedInDegree(10))
            .weights(uniform(-0.6, 0.5));
        let sparse: Sparse =
            net.add(Sparse::projection(within.delays(uniform(near, near + 2.0))))?;
        lif.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&lif.a_in)?;
        let learn = Projection::new(neurons, neurons)
            .rule(Rule::FixedInDegree(4))
            .weights(uniform(0.1, 0.4))
            .delays(uniform(near, near + 1.0));
        let learn: PlasticSparse = net.add(learn.plastic(PairStdp::new()))?;
        lif.s_out.connect(&learn.s_in)?;
        lif.s_out.connect(&learn.s_in_bap)?;
        learn.a_out.connect(&lif.a_in)?;
        Ok(Area {
            neurons: lif,
            learn,
        })
    };
    let both = [area(0)?, area(1)?];
    for (from, to) in [(&both[0], &both[1]), (&both[1], &both[0])] {
        let sizes = [from, to].map(|area| area.neurons.v.shape()[0]);
        let between = Projection::new(sizes[0], sizes[1])
            .rule(Rule::FixedInDegree(5))
            .weights(uniform(0.2, 0.9))
            .delays(uniform(12.0, 18.0));
        let sparse: Sparse = net.add(Sparse::projection(between))?;
        from.neurons.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&to.neurons.a_in)?;
        let learn: PlasticSparse = net.add(between.plastic(PairStdp::new()))?;
        from.neurons.s_out.connect(&learn.s_in)?;
        to.neurons.s_out.connect(&learn.s_in_bap)?;
        learn.a_out.connect(&to.neurons.a_in)?;
    }
    Ok(both)
}

type Read = (Vec<Vec<(u64, usize)>>, Vec<ArrayD<f32>>);

/// Runs both areas in runs that end between exchanges and with one. Returns what can be read of them.
fn program(net: &Network<Loihi1SimCfg>, near: f64) -> lava::Result<Read> {
    let areas = areas(net, near)?;
    let spikes = [
        net.probe(&areas[0].neurons.s_out)?,
        net.probe(&areas[1].neurons.s_out)?,
    ];
    for steps in [1, 2, 33, 5, 10] {
        net.run(RunSteps(steps))?;
    }
    let mut read = vec![areas[0].learn.weights.get()?];
    areas[1].learn.weights.set(0.3)?;
    net.run(RunSteps(24))?;
    net.reset_process(&areas[0].neurons)?;
    net.run(RunSteps(11))?;
    for Area { neurons, learn } in &areas {
        read.extend([neurons.v.get()?, learn.weights.get()?]);
    }
    let events = spikes.map(|spikes| spikes.events()).to_vec();
    assert!(events.iter().all(|events| events.len() > 500), "{events:?}");
    net.reset()?;
    net.run(RunSteps(20))?;
    read.push(areas[1].neurons.v.get()?);
    Ok((events, read))
}

/// A network on one of four ranks on two nodes.
fn on_nodes(rank: impl Communicator, workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_ranks(rank)?;
    net.set_workers(workers)?;
    Ok(net)
}

#[test]
fn areas_on_nodes_give_the_same_bits() -> Result<()> {
    let two = (4, 2, 1);
    for (near, intervals, sizes) in [
        (1.0, [0, 5], &[two, (4, 2, 2), (5, 3, 1), (2, 1, 2)][..]),
        (3.0, [1, 5], &[two]),
        (5.0, [2, 4], &[two, (5, 3, 1)]),
    ] {
        let alone = Network::new();
        alone.set_workers(1)?;
        let expected = program(&alone, near)?;
        for &(size, node, workers) in sizes {
            let results = on_ranks(size, |rank| -> lava::Result<_> {
                let net = on_nodes(rank.with_node_size(node), workers)?;
                let read = program(&net, near)?;
                let share = &net.rank_shares()?[0];
                Ok((read, [share.node_interval, share.interval]))
            });
            for result in results {
                let (read, found) = result?;
                // With a rank a node, all exchange as seldom as nodes.
                let intervals = if node > 1 { intervals } else { [5, 5] };
                let place = format!("{near}: {size} ranks, {node} on a node, {workers} workers");
                assert_eq!(found, intervals, "{place}");
                assert!(read == expected, "{place}");
            }
        }
    }
    Ok(())
}

/// Counts the exchanges of a rank: those of all, and those of its node.
#[derive(Clone, Debug)]
struct Counted {
    rank: Arc<dyn Communicator>,
    is_of_node: bool,
    counts: Arc<[AtomicUsize; 2]>,
}

impl Communicator for Counted {
    fn rank(&self) -> usize {
        self.rank.rank()
    }

    fn size(&self) -> usize {
        self.rank.size()
    }

    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError> {
        self.counts[usize::from(self.is_of_node)].fetch_add(1, Relaxed);
        self.rank.post(sent)
    }

    fn complete(&self, sent: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        self.rank.complete(sent, received)
    }

    fn node_of(&self, rank: usize) -> usize {
        self.rank.node_of(rank)
    }

    fn of_node(&self) -> Option<Arc<dyn Communicator>> {
        Some(Arc::new(Counted {
            rank: self.rank.of_node()?,
            is_of_node: true,
            counts: Arc::clone(&self.counts),
        }))
    }
}

#[test]
fn nodes_exchange_less_often_than_their_ranks() {
    // Two more of all begin and end the run.
    for (near, counts) in [(1.0, [20 + 2, 100]), (5.0, [25 + 2, 50])] {
        on_ranks(4, |rank| {
            let counted = Counted {
                rank: Arc::new(rank.with_node_size(2)),
                is_of_node: false,
                counts: Arc::default(),
            };
            let net = on_nodes(counted.clone(), 1).unwrap();
            acting(&net, near, [IDLE; 2]).unwrap();
            net.compile().unwrap();
            let counts_now = || [0, 1].map(|number: usize| counted.counts[number].load(Relaxed));
            let before = counts_now();
            net.run(RunSteps(100)).unwrap();
            let after = counts_now();
            assert_eq!([after[0] - before[0], after[1] - before[1]], counts);
        });
    }
}

#[test]
fn a_snapshot_of_nodes_is_restored_without_them() -> Result<()> {
    let name = format!("lava-nodes-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let go_on = |net: &Network<Loihi1SimCfg>, areas: [(Lif, Sparse); 2]| -> lava::Result<_> {
        net.run(RunSteps(40))?;
        Ok([areas[0].0.v.get()?, areas[1].0.v.get()?])
    };
    let saved = on_ranks(4, |rank| -> lava::Result<_> {
        let net = on_nodes(rank.with_node_size(2), 1)?;
        let areas = acting(&net, 1.0, [IDLE; 2])?;
        net.run(RunSteps(33))?;
        net.save(&path)?;
        go_on(&net, areas)
    });
    let restore = |net: &Network<Loihi1SimCfg>| -> lava::Result<_> {
        let areas = acting(net, 1.0, [IDLE; 2])?;
        net.restore(&path)?;
        go_on(net, areas)
    };
    let mut restored = on_ranks(4, |rank| restore(&on_nodes(rank.with_node_size(2), 1)?));
    restored.extend(on_ranks(3, |rank| restore(&on_nodes(rank, 1)?)));
    restored.push(restore(&Network::new()));
    std::fs::remove_file(&path)?;
    let expected = saved.into_iter().collect::<lava::Result<Vec<_>>>()?;
    for result in restored {
        assert_eq!(result?, expected[0]);
    }
    Ok(())
}

/// The steps between two exchanges of a node, and of all, of populations that are connected in a ring, with delays
/// and numbers of neurons.
fn intervals(populations: &[(f64, usize)], ranks: usize, node: usize) -> lava::Result<[usize; 2]> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_ranks(DryRun::new(0, ranks).with_node_size(node))?;
    let mut all: Vec<Lif> = Vec::new();
    for (_, neurons) in populations {
        all.push(net.add(Lif::shape([*neurons]))?);
    }
    for (number, (delay, neurons)) in populations.iter().enumerate() {
        let next = (number + 1) % populations.len();
        let projection = Projection::new(*neurons, populations[next].1)
            .rule(Rule::FixedInDegree(1))
            .delays(Distribution::Constant(*delay));
        let sparse: Sparse = net.add(Sparse::projection(projection))?;
        all[number].s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&all[next].a_in)?;
    }
    let share = &net.rank_shares()?[0];
    Ok([share.node_interval, share.interval])
}

#[test]
fn populations_are_divided_at_their_longest_delays() -> Result<()> {
    let of = |delay: f64| (delay, 2000);
    let areas = [of(1.0), of(21.0), of(1.0), of(15.0)];
    for (populations, ranks, node, expected) in [
        (&areas[..], 4, 2, [0, 7]),
        (&[of(5.0), of(21.0), of(5.0), of(15.0)], 4, 2, [2, 6]),
        // Without nodes, or with a rank each.
        (&areas, 4, 4, [0, 0]),
        (&areas, 2, 1, [7, 7]),
        // Three nodes have too little to be even.
        (&areas, 6, 2, [0, 0]),
        // The largest is more than its share.
        (&[of(1.0), of(21.0), (1.0, 9000), of(15.0)], 4, 2, [0, 0]),
        // Nothing would be gained.
        (&[of(16.0), of(16.0), of(16.0), of(16.0)], 4, 2, [7, 7]),
        // The longest delay alone parts nothing.
        (&[of(21.0), of(1.0), of(9.0), of(1.0)], 4, 2, [0, 4]),
    ] {
        let found = intervals(populations, ranks, node)?;
        assert_eq!(
            found, expected,
            "{populations:?} on {ranks} ranks, {node} on a node"
        );
    }
    Ok(())
}
