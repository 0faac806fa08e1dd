//! A run that was saved and restored has the bits of one that was never interrupted.

use std::path::PathBuf;

use lava::prelude::*;
use lava::proc::PlasticSparse;
use lava::proc::plasticity::SynapticUpdate;
use lava::proc::synapse::Synapse;
use lava::snapshot::Snapshot;

use crate::circuits::{CIRCUITS, Circuit, network, structure};

/// A file that is removed at the end of a test.
pub(crate) struct TestFile(pub(crate) PathBuf);

impl TestFile {
    pub(crate) fn new(name: &str) -> TestFile {
        let name = format!("lava-{}-{name}.snapshot", std::process::id());
        TestFile(std::env::temp_dir().join(name))
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // It may not have been written.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The state of a network as bytes.
pub(crate) fn state<C>(net: &Network<C>, file: &TestFile) -> lava::Result<Vec<u8>> {
    net.save(&file.0)?;
    Ok(std::fs::read(&file.0)?)
}

/// Fails with the names of the values that differ.
#[track_caller]
pub(crate) fn assert_same(found: &[u8], expected: &[u8], what: &str) {
    if found == expected {
        return;
    }
    let [found, expected] =
        [found, expected].map(|bytes| Snapshot::from_bytes(bytes, what).expect("it was saved"));
    let other = |entry: &lava::snapshot::SnapshotEntry<'_>| {
        !expected.entries().any(|expected| expected == *entry)
    };
    let different: Vec<String> = found
        .entries()
        .filter(other)
        .map(|entry| entry.name.to_owned())
        .collect();
    let missing = expected.entries().filter(|entry| {
        let is_there = found.entries().any(|found| found.name == entry.name);
        !is_there
    });
    let missing: Vec<String> = missing.map(|entry| entry.name.to_owned()).collect();
    panic!("{what}: {different:?} differ, {missing:?} are missing");
}

/// Runs `steps`, on one number of workers up to each of `stops`, and on another from there on.
fn check(name: &str, circuit: Circuit, steps: u64, stops: &[u64]) -> lava::Result<()> {
    let file = TestFile::new(&name.replace(' ', "-"));
    let whole = network(circuit, 1)?;
    whole.run(RunSteps(steps))?;
    let expected = state(&whole, &file)?;
    whole.stop()?;
    for (&stop, (before, after)) in stops.iter().zip([(1, 2), (2, 3), (3, 1)].iter().cycle()) {
        let first = network(circuit, *before)?;
        if stop > 0 {
            first.run(RunSteps(stop))?;
        }
        first.save(&file.0)?;
        first.run(RunSteps(steps - stop))?;
        let what = format!("{name} on {before} workers, saved in step {stop}");
        let other = TestFile::new(&format!("{}-other", name.replace(' ', "-")));
        assert_same(&state(&first, &other)?, &expected, &what);
        first.stop()?;

        let second = network(circuit, *after)?;
        second.restore(&file.0)?;
        assert_eq!(second.time_step(), stop);
        let what = format!("{name} saved in step {stop} on {before} workers, restored on {after}");
        let saved = std::fs::read(&file.0)?;
        assert_same(&state(&second, &other)?, &saved, &what);
        second.run(RunSteps(steps - stop))?;
        assert_same(&state(&second, &other)?, &expected, &what);
        second.stop()?;
    }
    Ok(())
}

macro_rules! circuits {
    ($($test:ident: $number:expr, $steps:expr, $stops:expr;)+) => {$(
        #[test]
        fn $test() -> lava::Result<()> {
            let (name, circuit) = CIRCUITS[$number];
            check(name, circuit, $steps, &$stops)
        }
    )+

    #[test]
    fn every_circuit_is_tried() {
        assert_eq!([$($number),+].len(), CIRCUITS.len());
    }};
}

circuits! {
    excitation_and_inhibition: 0, 200, [0, 1, 77, 199];
    merged_projections: 1, 150, [1, 40, 41, 42];
    conductances: 2, 400, [150, 300, 301];
    procedural_projections: 3, 150, [1, 60, 103];
    learning: 4, 200, [1, 50, 51, 53];
    learning_with_random_rounding: 5, 200, [1, 50, 51, 52, 53];
    pairs_of_spikes: 6, 250, [1, 100, 101, 203];
    triplets_of_spikes: 7, 250, [33, 150, 190];
    composite_processes: 8, 150, [1, 50, 51, 52, 53];
    sources_and_relays: 9, 250, [1, 50, 123, 200];
    equations: 10, 250, [1, 100, 160];
    presynaptic_centred: 11, 250, [100, 101, 203];
    short_term_plasticity: 12, 150, [60, 61, 103];
    two_rules: 13, 150, [60, 103];
    three_factors: 14, 250, [1, 100, 117, 203];
    three_factors_and_another_rule: 15, 150, [60, 103];
    synapses_that_grow: 16, 250, [1, 40, 100, 139, 203];
    silent_neurons: 17, 400, [1, 130, 131, 290];
    synapses_that_move: 18, 250, [1, 69, 70, 103, 175, 203];
    synapses_as_equations: 19, 150, [1, 60, 103];
    many_spikes_of_targets: 20, 150, [1, 60, 95];
    many_spikes_of_targets_and_a_third_factor: 21, 250, [1, 60, 103, 131, 203];
}

#[test]
fn a_network_goes_back_to_its_own_snapshot() -> lava::Result<()> {
    let (_, circuit) = CIRCUITS[0];
    let (file, other) = (TestFile::new("back"), TestFile::new("back-other"));
    let net = network(circuit, 2)?;
    net.run(RunSteps(50))?;
    let saved = state(&net, &file)?;
    net.run(RunSteps(31))?;
    let expected = state(&net, &other)?;
    for _ in 0..2 {
        net.restore(&file.0)?;
        assert_same(&state(&net, &other)?, &saved, "restored");
        net.run(RunSteps(31))?;
        assert_same(&state(&net, &other)?, &expected, "continued");
    }
    net.reset()?;
    net.run(RunSteps(81))?;
    assert_same(&state(&net, &other)?, &expected, "after a reset");
    net.stop()
}

#[test]
fn checkpoints_are_written_while_a_network_runs() -> lava::Result<()> {
    let (_, circuit) = CIRCUITS[0];
    let (file, other) = (
        TestFile::new("checkpoint"),
        TestFile::new("checkpoint-other"),
    );
    let whole = network(circuit, 1)?;
    whole.run(RunSteps(100))?;
    let expected = state(&whole, &other)?;
    let net = network(circuit, 2)?;
    net.checkpoint_every(RunSteps(30), &file.0)?;
    net.run(RunSteps(100))?;
    assert_same(&state(&net, &other)?, &expected, "with checkpoints");
    let again = network(circuit, 1)?;
    again.restore(&file.0)?;
    assert_eq!(again.time_step(), 90);
    again.run(RunSteps(10))?;
    assert_same(&state(&again, &other)?, &expected, "from a checkpoint");
    net.checkpoint_every(RunContinuous, &file.0)?;
    net.run(RunSteps(100))?;
    assert_eq!(Snapshot::open(&file.0)?.time_step(), 90, "they have ended");
    Ok(())
}

#[test]
fn spikes_on_their_way_keep_the_weights_that_they_have() -> lava::Result<()> {
    let (file, other) = (TestFile::new("weights"), TestFile::new("weights-other"));
    let build = |number: usize, workers| {
        let net = network(CIRCUITS[number].1, workers)?;
        // Spikes that are sent after each of these steps meet other weights.
        net.run(RunSteps(70))?;
        Ok::<_, lava::Error>(net)
    };
    let change = |net: &Network<Loihi1SimCfg>, name: &str, factor: f32| {
        let weights = net.var::<f32>(&format!("{name}.weights"))?;
        weights.set(weights.get()? * factor)
    };
    for (number, names) in [
        (0, ["ee", "ie"]),
        (1, ["synapses 0", "synapses 2"]),
        (1, ["back"; 2]),
    ] {
        for (before, after) in [(1, 2), (2, 3), (3, 1)] {
            let first = build(number, before)?;
            change(&first, names[0], 0.5)?;
            first.run(RunSteps(3))?;
            change(&first, names[1], 2.0)?;
            change(&first, names[0], 1.5)?;
            first.run(RunSteps(1))?;
            first.save(&file.0)?;
            let snapshot = Snapshot::open(&file.0)?;
            let old = snapshot
                .entries()
                .filter(|entry| entry.name.ends_with(".old weights"));
            assert!(names[0] == "back" || old.map(|entry| entry.bytes.len()).sum::<usize>() > 100);
            first.run(RunSteps(30))?;
            let expected = state(&first, &other)?;
            let second = network(CIRCUITS[number].1, after)?;
            second.restore(&file.0)?;
            let saved = std::fs::read(&file.0)?;
            assert_same(&state(&second, &other)?, &saved, "restored");
            second.run(RunSteps(30))?;
            assert_same(&state(&second, &other)?, &expected, names[0]);
        }
    }
    Ok(())
}

/// A test of a state that is empty would show nothing.
#[test]
fn circuits_have_something_on_its_way() -> lava::Result<()> {
    let file = TestFile::new("way");
    for (number, step, entry, least) in [
        (0, 77, "state ee.spikes", 20),
        (0, 77, "messages ee.a_out", 1),
        (1, 41, "state synapses 2.spikes", 5),
        (2, 301, "state synapses.spikes", 3),
        (3, 103, "messages synapses.a_out", 5),
        (4, 51, "messages sparse.a_out", 1),
        (6, 101, "state learn.pending", 2),
        (6, 101, "state learn.target spikes", 10),
        (7, 150, "state learn.arrivals", 100),
        (8, 53, "messages first.lif.s_out", 1),
        (10, 160, "state synapses.spikes", 3),
        (12, 103, "state learn.arrivals", 100),
        (14, 203, "state learn.signal", 3),
        (14, 203, "state learn.seen weights", 100),
        (16, 139, "state learn.present synapses", 100),
    ] {
        let (name, circuit) = CIRCUITS[number];
        let net = network(circuit, 2)?;
        net.run(RunSteps(step))?;
        net.save(&file.0)?;
        let snapshot = Snapshot::open(&file.0)?;
        let found = snapshot.entries().find(|other| other.name == entry);
        // All begin with their number.
        let count = found.and_then(|entry| entry.bytes.first_chunk()).copied();
        let count = u64::from_le_bytes(count.unwrap_or_default());
        assert!(
            count >= least,
            "{name}: {count} of `{entry}` in step {step}"
        );
    }
    Ok(())
}

/// Some neurons sleep, and some of them are behind what a reader sees.
#[test]
fn silent_neurons_are_behind() -> lava::Result<()> {
    let file = TestFile::new("behind");
    let net = network(CIRCUITS[17].1, 2)?;
    net.run(RunSteps(131))?;
    net.save(&file.0)?;
    let snapshot = Snapshot::open(&file.0)?;
    let behind = snapshot
        .entries()
        .find(|entry| entry.name == "state events.behind");
    // A byte for each neuron, and the states of some of 1500.
    let bytes = behind.map(|entry| entry.bytes.len());
    assert!(bytes > Some(8 + 1500 + 100 * 28), "{bytes:?}");
    Ok(())
}

#[test]
fn synapses_that_were_removed_and_have_grown_are_restored() -> lava::Result<()> {
    let file = TestFile::new("grown");
    let build = |workers| {
        let net = Network::new();
        net.set_workers(workers)?;
        let learn = structure(&net)?;
        Ok::<_, lava::Error>((net, learn))
    };
    let (net, learn) = build(2)?;
    net.run(RunSteps(97))?;
    let present =
        |learn: &PlasticSparse| -> lava::Result<Vec<Option<Synapse>>> { learn.present_synapses() };
    // Updates on request, of which the other program knows nothing.
    learn.update(SynapticUpdate::Rescale(0.9))?;
    learn.update(SynapticUpdate::Prune(0.42))?;
    let there = present(&learn)?;
    assert!(there.iter().any(Option::is_none) && there.iter().any(Option::is_some));
    net.save(&file.0)?;
    net.run(RunSteps(50))?;
    learn.update(SynapticUpdate::Grow)?;
    net.run(RunSteps(50))?;
    let (second, again) = build(3)?;
    for _ in 0..2 {
        second.restore(&file.0)?;
        assert_eq!(present(&again)?, there);
        second.run(RunSteps(50))?;
        again.update(SynapticUpdate::Grow)?;
        // The number of requests may be another.
        second.run(RunSteps(50))?;
        assert_eq!(present(&again)?, present(&learn)?);
    }
    // In the network itself, which repeats the requests.
    net.restore(&file.0)?;
    assert_eq!(present(&learn)?, there);
    net.run(RunSteps(50))?;
    learn.update(SynapticUpdate::Grow)?;
    net.run(RunSteps(50))?;
    assert_eq!(present(&learn)?, present(&again)?);
    Ok(())
}
