//! Files that do not fit: damaged, of another network, half written.

use lava::error::{SnapshotError, StateError};
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, PoissonSpikes, Sparse};
use lava::units::ms;

use crate::continuation::{TestFile, assert_same, state};

/// A network of three neurons; what is changed makes another.
#[derive(Clone)]
struct Small {
    name: &'static str,
    neurons: usize,
    delay: f64,
    weight: f64,
    in_degree: usize,
    seed: u64,
    dt: f64,
}

const SMALL: Small = Small {
    name: "lif",
    neurons: 3,
    delay: 2.0,
    weight: 0.5,
    in_degree: 2,
    seed: 0,
    dt: 1.0,
};

impl Small {
    fn network(&self) -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
        let net = Network::new();
        net.set_seed(self.seed)?;
        net.set_dt(self.dt * ms)?;
        let input: PoissonSpikes = net.add(PoissonSpikes::shape([4]).rate(200.0).name("input"))?;
        let projection = Projection::new(4, self.neurons)
            .rule(Rule::FixedInDegree(self.in_degree))
            .weights(Distribution::Constant(self.weight))
            .delays(Distribution::Constant(self.delay));
        let sparse: Sparse = net.add(Sparse::projection(projection).name("sparse"))?;
        let lif: Lif = net.add(Lif::shape([self.neurons]).vth(2.0).du(0.5).name(self.name))?;
        input.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&lif.a_in)?;
        Ok((net, lif))
    }
}

fn snapshot_error(result: lava::Result<()>) -> SnapshotError {
    match result {
        Err(lava::Error::Snapshot(error)) => *error,
        other => panic!("{other:?} is no error of a snapshot"),
    }
}

#[test]
fn every_altered_byte_and_every_length_is_an_error_and_changes_nothing() -> lava::Result<()> {
    let (file, other) = (TestFile::new("altered"), TestFile::new("altered-other"));
    let (net, _) = SMALL.network()?;
    net.run(RunSteps(20))?;
    let saved = state(&net, &file)?;
    net.run(RunSteps(5))?;
    let before = state(&net, &other)?;
    for at in 0..saved.len() {
        let mut altered = saved.clone();
        altered[at] ^= 1 << (at % 8);
        std::fs::write(&file.0, &altered)?;
        snapshot_error(net.restore(&file.0));
        std::fs::write(&file.0, &saved[..at])?;
        snapshot_error(net.restore(&file.0));
    }
    assert_same(&state(&net, &other)?, &before, "after all that");
    std::fs::write(&file.0, &saved)?;
    net.restore(&file.0)?;
    assert_eq!(net.time_step(), 20);
    Ok(())
}

#[test]
fn a_file_says_what_is_wrong_with_it() -> lava::Result<()> {
    let file = TestFile::new("wrong");
    let (net, _) = SMALL.network()?;
    let error = snapshot_error(net.restore(&file.0));
    assert!(matches!(error, SnapshotError::Read { .. }), "{error}");
    std::fs::write(&file.0, "not a snapshot")?;
    let error = snapshot_error(net.restore(&file.0));
    assert!(matches!(error, SnapshotError::NoSnapshot { .. }), "{error}");
    let saved = state(&net, &file)?;
    std::fs::write(&file.0, &saved[..100])?;
    let error = snapshot_error(net.restore(&file.0));
    assert!(
        matches!(error, SnapshotError::Length { len: 100, .. }),
        "{error}"
    );
    let mut altered = saved.clone();
    altered[50] ^= 1;
    std::fs::write(&file.0, &altered)?;
    let error = snapshot_error(net.restore(&file.0));
    assert!(matches!(error, SnapshotError::Altered { .. }), "{error}");
    altered = saved;
    altered[8] = 9;
    std::fs::write(&file.0, &altered)?;
    let error = snapshot_error(net.restore(&file.0));
    assert!(
        matches!(error, SnapshotError::Version { version: 9, .. }),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_snapshot_of_another_network_says_what_differs() -> lava::Result<()> {
    let (file, other_file) = (TestFile::new("another"), TestFile::new("another-other"));
    let (net, _) = SMALL.network()?;
    net.run(RunSteps(20))?;
    net.save(&file.0)?;
    let others = [
        (
            Small {
                name: "other",
                ..SMALL
            },
            "lif",
        ),
        (
            Small {
                neurons: 4,
                ..SMALL
            },
            "[4]",
        ),
        (
            Small {
                delay: 3.0,
                ..SMALL
            },
            "sparse",
        ),
        (
            Small {
                weight: 0.25,
                ..SMALL
            },
            "sparse.weights",
        ),
        (
            Small {
                in_degree: 1,
                ..SMALL
            },
            "sparse",
        ),
        (Small { seed: 1, ..SMALL }, "seed is 0"),
        (Small { dt: 0.5, ..SMALL }, "time step is 1 ms"),
    ];
    for (other, words) in others {
        let (other, lif) = other.network()?;
        other.run(RunSteps(3))?;
        let before = state(&other, &other_file)?;
        let error = snapshot_error(other.restore(&file.0)).to_string();
        assert!(error.contains(words), "`{error}` does not say `{words}`");
        assert_same(&state(&other, &other_file)?, &before, words);
        assert_eq!(lif.v.get()?.len(), lif.v.shape()[0]);
    }
    Ok(())
}

#[test]
fn an_older_file_stays_if_a_new_one_cannot_be_written() -> lava::Result<()> {
    let folder = std::env::temp_dir().join(format!("lava-{}-folder", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("run.snapshot");
    let (net, _) = SMALL.network()?;
    net.run(RunSteps(20))?;
    net.save(&path)?;
    let saved = std::fs::read(&path)?;
    // The file that is written first is in the way of itself: a folder has its name.
    let part = folder.join(format!("run.snapshot.{}.part", std::process::id()));
    std::fs::create_dir(&part)?;
    net.run(RunSteps(1))?;
    let error = snapshot_error(net.save(&path));
    assert!(matches!(error, SnapshotError::Write { .. }), "{error}");
    assert_eq!(std::fs::read(&path)?, saved);
    // A checkpoint that cannot be written ends the run, and the next goes on.
    net.checkpoint_every(RunSteps(10), &path)?;
    snapshot_error(net.run(RunSteps(20)));
    assert_eq!(net.time_step(), 30);
    std::fs::remove_dir(&part)?;
    net.run(RunSteps(10))?;
    assert_eq!(net.time_step(), 40);
    let names: Vec<_> = std::fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()?;
    assert_eq!(names, ["run.snapshot"], "nothing else is left");
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

#[test]
fn vars_that_were_set_are_restored() -> lava::Result<()> {
    let (file, other) = (TestFile::new("set"), TestFile::new("set-other"));
    let (net, lif) = SMALL.network()?;
    net.run(RunSteps(20))?;
    lif.vth.set([1.0, 2.0, 3.0])?;
    lif.du.set(0.25)?;
    net.save(&file.0)?;
    net.run(RunSteps(20))?;
    let expected = state(&net, &other)?;
    let (again, restored) = SMALL.network()?;
    again.restore(&file.0)?;
    assert_eq!(
        restored.vth.get()?,
        ndarray::arr1(&[1.0, 2.0, 3.0]).into_dyn()
    );
    again.run(RunSteps(20))?;
    assert_same(&state(&again, &other)?, &expected, "continued");
    again.reset()?;
    assert_eq!(
        restored.vth.get()?[0],
        2.0,
        "a reset is to the initial values"
    );
    Ok(())
}

#[test]
fn an_interval_is_a_number_of_steps() -> lava::Result<()> {
    let file = TestFile::new("interval");
    let (net, _) = SMALL.network()?;
    let zero = net.checkpoint_every(RunSteps(0), &file.0);
    assert!(matches!(
        zero,
        Err(lava::Error::State(StateError::ZeroSteps))
    ));
    let fraction = net.checkpoint_every(RunFor(1.5 * ms), &file.0);
    assert!(matches!(
        fraction,
        Err(lava::Error::State(StateError::Fraction { .. }))
    ));
    net.checkpoint_every(RunFor(7.0 * ms), &file.0)?;
    net.run(RunSteps(16))?;
    assert_eq!(lava::snapshot::Snapshot::open(&file.0)?.time_step(), 14);
    Ok(())
}
