//! Files of networks: what they hold, and what is refused.

use lava::error::StoreError;
use lava::prelude::*;
use lava::proc::io::Call;
use lava::proc::synapse::{Connectivity, Projection, Rule};
use lava::proc::{Dense, Latch, Lif, Observer, PoissonSpikes, Sink, Source, Sparse};

use crate::circuits::{Net, hierarchy};
use crate::continuation::{TestFile, assert_same, state};

/// The error of a file, or of a network that cannot be stored.
#[track_caller]
fn error<X: std::fmt::Debug>(result: lava::Result<X>) -> StoreError {
    match result {
        Err(lava::Error::Store(error)) => *error,
        Err(error) => panic!("{error}"),
        Ok(built) => panic!("{built:?} should be refused"),
    }
}

fn small() -> lava::Result<Net> {
    let net = Net::new();
    let lif: Lif = net.add(Lif::shape([2, 3]).vth(f32::INFINITY).dv(0.1).name("lif"))?;
    let weights = ndarray::arr2(&[[0.5, -0.25, 1.5], [2.0, 0.125, 0.0]]);
    let dense: Dense<f32, f32> = net.add(Dense::weights(weights).name("dense"))?;
    let sink: Sink<Spike> = net.add(Sink::shape([3]).steps(4).name("sink"))?;
    let source: Source = net.add(Source::data([[1.0, 0.5, 0.25]]).name("source"))?;
    source.s_out.connect(&dense.s_in)?;
    dense
        .a_out
        .concat_with([&dense.a_out, &dense.a_out], 0)
        .reshape([3, 2])
        .transpose([1, 0])
        .delayed(2)
        .connect(&lif.a_in)?;
    lif.s_out.flatten().select([4, 0, 2]).connect(&sink.a_in)?;
    Ok(net)
}

/// The bytes of a network's file.
fn bytes(net: &Net, file: &TestFile) -> lava::Result<Vec<u8>> {
    net.store(&file.0)?;
    Ok(std::fs::read(&file.0)?)
}

#[test]
fn virtual_ports_are_read_as_they_were() -> lava::Result<()> {
    let file = TestFile::new("stored-ports");
    let net = small()?;
    let read = Net::load_from(&bytes(&net, &file)?, "small")?;
    for net in [&net, &read] {
        net.run(RunSteps(9))?;
    }
    assert!(net.var::<f32>("lif.v")?.get()?.iter().any(|v| *v != 0.0));
    assert_same(&state(&read, &file)?, &state(&net, &file)?, "virtual ports");
    Ok(())
}

#[test]
fn a_composite_process_is_read_with_its_ports() -> lava::Result<()> {
    let file = TestFile::new("stored-composite");
    let net = Net::new();
    hierarchy(&net)?;
    let read = Net::load_from(&bytes(&net, &file)?, "hierarchy")?;
    for net in [&net, &read] {
        // Connected after it was read: the port leads to those inside.
        let latch: Latch<Spike> = net.add(Latch::shape([8]).name("latch"))?;
        net.out_port::<Spike>("second.s_out")?
            .connect(&latch.a_in)?;
        net.run(RunSteps(100))?;
    }
    assert_same(&state(&read, &file)?, &state(&net, &file)?, "hierarchy");
    Ok(())
}

#[test]
fn a_seed_that_two_processes_share_is_read() -> lava::Result<()> {
    let file = TestFile::new("stored-shared");
    let net = Net::new();
    let shared: Connectivity<f32> = Projection::new(30, 30).rule(Rule::FixedInDegree(3)).into();
    for name in ["first", "second"] {
        let _: Sparse = net.add(Sparse::connectivity(shared.clone()).name(name))?;
    }
    let read = Net::load_from(&bytes(&net, &file)?, "shared")?;
    read.set_seed(7)?; // that of the network is still to be chosen
    net.set_seed(7)?;
    let weights = |net: &Net, name: &str| -> lava::Result<_> {
        net.compile()?;
        net.save(&file.0)?;
        let snapshot = lava::snapshot::Snapshot::open(&file.0).map_err(lava::Error::from)?;
        let entry = snapshot.entries().find(|entry| entry.name.contains(name));
        Ok(entry.map(|entry| entry.bytes.to_vec()))
    };
    assert_eq!(weights(&read, "second")?, weights(&net, "second")?);
    Ok(())
}

#[test]
fn a_state_is_restored_in_a_network_that_was_read() -> lava::Result<()> {
    let (file, snapshot) = (
        TestFile::new("stored-state"),
        TestFile::new("stored-snapshot"),
    );
    let net = small()?;
    net.run(RunSteps(5))?;
    net.save(&snapshot.0)?;
    // The file has what the network began with.
    let read = Net::load_from(&bytes(&net, &file)?, "small")?;
    read.restore(&snapshot.0)?;
    for net in [&net, &read] {
        net.run(RunSteps(5))?;
    }
    assert_same(&state(&read, &file)?, &state(&net, &file)?, "restored");
    Ok(())
}

#[test]
fn every_altered_byte_and_every_length_is_noticed() -> lava::Result<()> {
    let file = TestFile::new("stored-bytes");
    let bytes = bytes(&small()?, &file)?;
    for at in (0..bytes.len()).step_by(131).chain((0..40).step_by(3)) {
        let mut altered = bytes.clone();
        altered[at] ^= 0x20;
        let _: StoreError = error(Net::load_from(&altered, "altered"));
        let _: StoreError = error(Net::load_from(&bytes[..at], "cut off"));
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(
        error(Net::load_from(&longer, "longer")),
        StoreError::Length { .. }
    ));
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert!(matches!(
        error(Net::load_from(&newer, "newer")),
        StoreError::Version { version: 9, .. }
    ));
    assert!(matches!(
        error(Net::load("no such file")),
        StoreError::Read { .. }
    ));
    Ok(())
}

/// The file of [`small`] with a part of its description replaced, and a right checksum.
fn edited(from: &str, to: &str) -> lava::Result<StoreError> {
    let file = TestFile::new(&format!("stored-edited-{}", from.len() * 1000 + to.len()));
    let bytes = bytes(&small()?, &file)?;
    let text = lava::store::description(&bytes, "small")?;
    assert!(text.contains(from), "{from} is not in {text}");
    let new = text.replacen(from, to, 1);
    let at = find(&bytes, text.as_bytes());
    let mut edited = bytes[..at - 8].to_vec();
    edited.extend((new.len() as u64).to_le_bytes());
    edited.extend(new.as_bytes());
    edited.extend(&bytes[at + text.len()..bytes.len() - 8]);
    let len = edited.len() as u64 + 8;
    edited[12..20].copy_from_slice(&len.to_le_bytes());
    let checksum = lava::process::Checksum::of(&edited);
    edited.extend(checksum.to_le_bytes());
    Ok(error(Net::load_from(&edited, to)))
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    let mut windows = bytes.windows(part.len());
    windows
        .position(|window| window == part)
        .expect("it is there")
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() -> lava::Result<()> {
    for (from, to, place, what) in [
        (
            "\"lava::Sink<Spike>\": {",
            "\"lava::Sunk<Spike>\": {",
            "lava::Sunk<Spike>",
            "registered",
        ),
        (
            "\"a_in\": {\"kind\": \"in-port\", \"type\": \"f32\"}",
            "\"a_in\": {\"kind\": \"in-port\", \"type\": \"f64\"}",
            "lava::Lif<f32>.a_in",
            "`f64`",
        ),
        (
            "\"dv\": {\"kind\"",
            "\"dw\": {\"kind\"",
            "lava::Lif<f32>.dw",
            "no such member",
        ),
        (
            "\"vth\": \"inf\"",
            "\"vth\": \"big\"",
            "lif.vth",
            "a number of type `f32`",
        ),
        (
            "\"vth\": \"inf\"",
            "\"vht\": \"inf\"",
            "lif.vht",
            "no such member",
        ),
        // The constraints are those of the program's declaration.
        ("\"dv\": 0.1", "\"dv\": 1.5", "lif", "1.5"),
        ("\"dv\": 0.1", "\"dv\": \"nan\"", "lif", "NaN"),
        (
            "\"dv\": 0.1",
            "\"dv\": {\"Events\": 1}",
            "lif.dv",
            "no form",
        ),
        (
            "\"steps\": 4",
            "\"steps\": -4",
            "sink.steps",
            "a whole number of type `usize`",
        ),
        (
            "\"model\": \"LifFloat\"",
            "\"model\": \"LifFixed\"",
            "lif",
            "no model `LifFixed`",
        ),
        (
            "\"timing\": \"lockstep\"",
            "\"timing\": \"asynchronous\"",
            "lif",
            "lockstep",
        ),
        (
            "\"shape\": [2, 3]",
            "\"shape\": [2, 4]",
            "lif.a_in",
            "[2, 4]",
        ),
        ("\"shape\": [2, 3]", "\"shape\": [2, 0]", "lif", "0"),
        (
            "\"to\": \"dense.s_in\"",
            "\"to\": \"dense.a_out\"",
            "connection 0, source.s_out -> dense.a_out",
            "no in-port",
        ),
        (
            "\"to\": \"dense.s_in\"",
            "\"to\": \"dense.s_in\", \"first\": 1",
            "connection 0",
            "do not fit",
        ),
        (
            "\"to\": \"dense.s_in\"",
            "\"to\": \"sink.a_in\"",
            "connection 0",
            "payloads",
        ),
        (
            "\"seed\": 0",
            "\"sed\": 0",
            "configuration",
            "no such field",
        ),
        (
            "\"run_configuration\": \"Loihi1SimCfg\"",
            "\"run_configuration\": \"Loihi2SimCfg\"",
            "configuration",
            "Loihi2SimCfg",
        ),
        ("\"delay\": 2", "\"delay\": 70000", "connection", "longer"),
    ] {
        let error = edited(from, to)?;
        let StoreError::Unfit {
            place: found,
            what: text,
            ..
        } = &error
        else {
            panic!("{to}: {error}");
        };
        assert!(
            found.starts_with(place) && text.contains(what),
            "{to}: {error}"
        );
    }
    for (from, to, what) in [
        ("f32 [2, 3]", "f32 [3, 2]", "is said to be"),
        ("{\"array\": \"f32 [2, 3]\"}", "0.5", "no mention"),
        ("\"seed\": 0", "\"seed\": ", "at line 5"),
    ] {
        let error = edited(from, to)?;
        let StoreError::Damaged { what: text, .. } = &error else {
            panic!("{to}: {error}");
        };
        assert!(text.contains(what), "{to}: {error}");
    }
    Ok(())
}

/// A process that no crate registers.
#[process]
struct Unknown {
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Unknown, protocol = Loihi)]
struct UnknownModel {
    v: ArrayD<f32>,
}

impl LoihiModel for UnknownModel {}

#[test]
fn what_no_file_holds_is_refused_by_its_name() -> lava::Result<()> {
    let file = TestFile::new("stored-not");
    let part = |net: &Net| match error(net.store(&file.0)) {
        StoreError::Unstorable { part, what } => (part, what),
        error => panic!("{error}"),
    };
    let net = Net::new();
    let _: Unknown = net.add(Unknown::shape([1]).name("unknown"))?;
    let (unknown, what) = part(&net);
    assert_eq!(unknown, "unknown");
    assert!(what.contains("lava::register_process!(Unknown)"), "{what}");

    let net = Net::new();
    let _: Observer = net.add(
        Observer::shape([3])
            .call(Call::new(|_, _| Ok(())))
            .name("watch"),
    )?;
    let (closure, what) = part(&net);
    assert_eq!(closure, "watch.call");
    assert!(what.contains("closure"), "{what}");
    assert!(!file.0.exists(), "nothing is written");
    Ok(())
}

#[test]
fn a_description_can_be_read_by_people() -> lava::Result<()> {
    let file = TestFile::new("stored-text");
    let net = Net::new();
    let _: PoissonSpikes = net.add(PoissonSpikes::shape([3]).rate(0.1).name("input"))?;
    let projection = Projection::new(3, 2).rule(Rule::FixedProbability(0.5));
    let _: Sparse = net.add(Sparse::projection(projection).name("sparse"))?;
    let text = lava::store::description(&bytes(&net, &file)?, "text")?;
    for line in [
        "\"type\": \"lava::PoissonSpikes\"",
        "\"rate\": 0.1",
        "\"rule\": {\"FixedProbability\": 0.5}",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    Ok(())
}

#[test]
fn a_batch_is_read_with_the_network() -> lava::Result<()> {
    let file = TestFile::new("stored-batch");
    let net = Net::new();
    let lif: Lif = net.add(Lif::shape([2]).bias_mant(1.0).name("lif"))?;
    let dense: Dense = net.add(Dense::weights([[0.5, 1.0], [0.25, 2.0]]).name("dense"))?;
    lif.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&lif.a_in)?;
    net.set_batch(3)?;
    lif.v.set([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5]])?;
    lif.bias_mant.set([0.5, 0.7])?;
    let read = Net::load_from(&bytes(&net, &file)?, "batch")?;
    for net in [&net, &read] {
        net.run(RunSteps(30))?;
    }
    let v = read.var::<f32>("lif.v")?.get()?;
    assert_eq!(v.shape(), [3, 2]);
    assert_eq!(v, lif.v.get()?);
    Ok(())
}
