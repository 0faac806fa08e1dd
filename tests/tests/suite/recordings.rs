//! Recordings by choice: when, how many rows, in which file; read and emptied while the network runs.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lava::monitor::{Probe, ProbeOptions, SpikeProbe};
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, Axis, array};

use crate::support::{fails, flat, loihi, once};

const STEPS: u64 = 600;

fn every(steps: u64) -> ProbeOptions {
    ProbeOptions::new().every(steps)
}

/// A path for a file, which is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("lava-{}-{number}-{name}", std::process::id());
        Scratch(env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The header of a file in NumPy's format, and its records of `size` bytes.
fn npy(file: &Scratch, size: usize) -> (String, Vec<Vec<u8>>) {
    let bytes = fs::read(&file.0).expect("the file exists");
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(start % 64, 0);
    let header = String::from_utf8(bytes[10..start].to_vec()).expect("the header is text");
    let records = bytes[start..].chunks(size).map(<[u8]>::to_vec).collect();
    (header, records)
}

fn number(bytes: &[u8]) -> u64 {
    let mut whole = [0; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(whole)
}

/// A population large enough to be cut, whose voltages count the steps.
fn counting(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    let net = loihi();
    net.set_workers(workers)?;
    let lif = net.add(Lif::shape([1000]).bias_mant(1.0).vth(1e9).name("lif"))?;
    Ok((net, lif))
}

#[test]
fn a_late_probe_counts_steps_from_the_start() -> lava::Result<()> {
    let net = loihi();
    let mut times = Array2::from_elem((110, 1), 0.0);
    times[[104, 0]] = 5.0;
    let source: Source = net.add(Source::data(times))?;
    let lif: Lif = net.add(Lif::shape([1]).vth(4.0).du(1.0))?;
    source.s_out.connect(&lif.a_in)?;
    net.run(RunSteps(100))?;
    let (spikes, v) = (net.probe(&lif.s_out)?, net.probe(&lif.v)?);
    net.run(RunSteps(10))?;
    assert_eq!(spikes.events(), [(105, 0)]);
    assert_eq!(spikes.time_steps(), (101..=110).collect::<Vec<_>>());
    assert_eq!((v.steps(), v.time_steps()[0]), (10, 101));
    assert!(spikes.data()[[4, 0]]);
    assert_eq!(spikes.counts(), array![1].into_dyn());
    net.reset()?;
    net.run(RunSteps(2))?;
    assert_eq!(v.time_steps(), [1, 2], "a reset starts again");
    Ok(())
}

#[test]
fn a_probe_of_an_output_shows_what_arrives_in_each_step() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([1]).v(9.0).vth(1.0))?;
    let dense: Dense = net.add(Dense::weights([[7.0]]))?;
    let sink: Sink = net.add(Sink::shape([1]).steps(4))?;
    let unconnected: Dense = net.add(Dense::weights([[7.0]]))?;
    lif.s_out.connect([&dense.s_in, &unconnected.s_in])?;
    dense.a_out.connect(&sink.a_in)?;
    let probes = [net.probe(&dense.a_out)?, net.probe(&unconnected.a_out)?];
    let spikes = net.probe(&lif.s_out)?;
    net.run(RunSteps(1))?;
    let late = net.probe(&dense.a_out)?;
    net.run(RunSteps(3))?;
    assert_eq!(spikes.events(), [(1, 0)]);
    for probe in &probes {
        assert_eq!(probe.data(), sink.data.get()?);
        assert_eq!(flat(probe.data()), [0.0, 7.0, 0.0, 0.0]);
    }
    assert_eq!(flat(late.data()), [7.0, 0.0, 0.0]);
    Ok(())
}

#[test]
fn every_so_many_steps_and_the_last_rows() -> lava::Result<()> {
    for workers in [1, 2, 4] {
        let (net, lif) = counting(workers)?;
        let tens = net.probe_with(&lif.v, &every(10))?;
        let last = net.probe_with(&lif.v.select([999]), &every(10).last(3))?;
        let spikes = net.probe_with(&lif.s_out, &ProbeOptions::new().last(2))?;
        net.run(RunSteps(25))?;
        let late = net.probe_with(&lif.v.select(..2), &every(10))?;
        net.run(RunSteps(30))?;
        assert_eq!(tens.time_steps(), [10, 20, 30, 40, 50]);
        assert_eq!(
            flat(tens.data().index_axis(Axis(1), 700).to_owned()),
            [10.0, 20.0, 30.0, 40.0, 50.0]
        );
        assert_eq!(last.time_steps(), [30, 40, 50]);
        assert_eq!(last.data(), array![[30.0], [40.0], [50.0]].into_dyn());
        assert_eq!(
            late.data(),
            array![[30.0, 30.0], [40.0, 40.0], [50.0, 50.0]].into_dyn()
        );
        assert_eq!(spikes.time_steps(), [54, 55]);
    }
    Ok(())
}

#[test]
fn the_last_spikes_are_kept_and_the_others_dropped() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([3]).bias_mant([1.0, 2.0, 4.0]).vth(3.0))?;
    let all = net.probe(&lif.s_out)?;
    let last = net.probe_with(&lif.s_out, &ProbeOptions::new().last(4))?;
    let even = net.probe_with(&lif.s_out, &every(2))?;
    net.run(RunSteps(50))?;
    let recent = |event: &(u64, usize)| event.0 > 46;
    let is_even = |event: &(u64, usize)| event.0.is_multiple_of(2);
    assert_eq!(
        last.events(),
        all.events().into_iter().filter(recent).collect::<Vec<_>>()
    );
    assert_eq!(
        even.events(),
        all.events().into_iter().filter(is_even).collect::<Vec<_>>()
    );
    assert_eq!(even.data().shape(), [25, 3]);
    Ok(())
}

#[test]
fn what_is_taken_is_gone_and_the_recording_goes_on() -> lava::Result<()> {
    for workers in [1, 3] {
        let (net, lif) = counting(workers)?;
        let (v, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
        net.run(RunSteps(3))?;
        let taken = v.take();
        assert_eq!(taken.steps, [1, 2, 3]);
        assert_eq!(taken.data[[2, 999]], 3.0);
        assert_eq!(v.data().shape(), [0, 1000]);
        net.run(RunSteps(2))?;
        assert_eq!(v.time_steps(), [4, 5]);
        assert_eq!((spikes.steps(), spikes.take()), (5, Vec::new()));
        v.clear();
        assert_eq!((v.steps(), spikes.steps()), (0, 0));
        net.run(RunSteps(1))?;
        assert_eq!(v.data()[[0, 0]], 6.0);
    }
    Ok(())
}

/// Runs `STEPS` in the background, and calls `read` until the run is over, then once more.
fn while_running(net: &Network<Loihi1SimCfg>, mut read: impl FnMut()) -> lava::Result<()> {
    net.start(RunSteps(STEPS))?;
    while !net.wait_timeout(Duration::ZERO)? {
        read();
    }
    read();
    Ok(())
}

#[test]
fn a_running_network_shows_whole_steps() -> lava::Result<()> {
    let (net, lif) = counting(3)?;
    let spiking: Lif = net.add(Lif::shape([1000]).bias_mant(1.0).vth(0.5))?;
    let voltage = net.probe_with(&lif.v, &ProbeOptions::new().last(20))?;
    let spikes = net.probe_with(&spiking.s_out, &ProbeOptions::new().last(20))?;
    while_running(&net, || {
        let data = voltage.data();
        for row in data.outer_iter() {
            assert!(row.iter().all(|v| *v == row[0] && *v > 0.0), "{row}");
        }
        assert!(data.len_of(Axis(0)) <= 20);
        assert!(spikes.data().iter().all(|fired| *fired));
        let (events, counts) = (spikes.events(), spikes.counts());
        assert_eq!(events.len() % 1000, 0);
        assert!(counts.iter().all(|count| *count == counts[0]));
    })?;
    assert_eq!(voltage.time_steps().last(), Some(&STEPS));
    Ok(())
}

#[test]
fn taking_while_running_loses_nothing() -> lava::Result<()> {
    let (net, lif) = counting(3)?;
    let spiking: Lif = net.add(Lif::shape([1000]).bias_mant(1.0).vth(0.5))?;
    let voltage = net.probe(&lif.v.select([0, 500, 999]))?;
    let spikes = net.probe(&spiking.s_out)?;
    let (mut steps, mut values, mut events) = (Vec::new(), Vec::new(), Vec::new());
    while_running(&net, || {
        let mut taken = voltage.take();
        steps.append(&mut taken.steps);
        values.extend(taken.data);
        events.append(&mut spikes.take());
    })?;
    assert_eq!(steps, (1..=STEPS).collect::<Vec<_>>());
    let expected = (1..=STEPS).flat_map(|step| [step as f32; 3]);
    assert!(values == expected.collect::<Vec<_>>());
    let expected = (1..=STEPS).flat_map(|step| (0..1000).map(move |neuron| (step, neuron)));
    assert!(events == expected.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn a_file_of_numbers_has_every_row() -> lava::Result<()> {
    for workers in [1, 2] {
        let file = Scratch::new("v.npy");
        let (net, lif) = counting(workers)?;
        let options = every(2).last(1).to_file(&file.0);
        let v = net.probe_with(&lif.v.select([3, 999]), &options)?;
        net.run(RunSteps(5000))?;
        net.run(RunSteps(1))?;
        let (header, records) = npy(&file, 16);
        assert!(
            header.contains("('step', '<u8'), ('value', '<f4', (2,))"),
            "{header}"
        );
        assert!(header.contains("'shape': (2500 "), "{header}");
        assert_eq!(records.len(), 2500);
        for (row, record) in (1..).zip(&records) {
            assert_eq!(number(&record[..8]), 2 * row);
            let value = f32::from_le_bytes(record[12..].try_into().expect("4 bytes"));
            assert_eq!(value, (2 * row) as f32);
        }
        assert_eq!(v.time_steps(), [5000], "and memory the last one");
        net.reset()?;
        assert_eq!(npy(&file, 16).1.len(), 0);
        net.run(RunSteps(4))?;
        assert_eq!(npy(&file, 16).1.len(), 2);
    }
    Ok(())
}

#[test]
fn a_file_of_spikes_has_every_spike_and_can_be_read_during_the_run() -> lava::Result<()> {
    let file = Scratch::new("spikes.npy");
    let net = loihi();
    net.set_workers(2)?;
    let lif: Lif = net.add(Lif::shape([1000]).bias_mant(1.0).vth(5.5))?;
    let options = ProbeOptions::new().to_file(&file.0);
    let (streamed, kept) = (
        net.probe_with(&lif.s_out, &options)?,
        net.probe(&lif.s_out)?,
    );
    let mut seen = 0;
    while_running(&net, || {
        streamed.flush().expect("the file can be written");
        let records = npy(&file, 12).1;
        assert!(records.len() >= seen, "a file only grows");
        seen = records.len();
    })?;
    let (header, records) = npy(&file, 12);
    assert!(
        header.contains("('step', '<u8'), ('neuron', '<u4')"),
        "{header}"
    );
    let events = records
        .iter()
        .map(|r| (number(&r[..8]), number(&r[8..]) as usize));
    assert!(events.collect::<Vec<_>>() == kept.events());
    assert_eq!((kept.events().len(), streamed.events().len()), (100_000, 0));
    Ok(())
}

#[test]
fn a_dropped_probe_completes_its_file() -> lava::Result<()> {
    let file = Scratch::new("v.npy");
    let (net, lif) = counting(2)?;
    let v = net.probe_with(&lif.v.select([1]), &ProbeOptions::new().to_file(&file.0))?;
    net.run(RunSteps(3))?;
    drop(v);
    net.run(RunSteps(3))?;
    let (header, records) = npy(&file, 12);
    assert!(header.contains("(3 "), "{header}");
    assert_eq!(records.len(), 3);
    Ok(())
}

#[test]
fn options_that_cannot_be_met_are_named() -> lava::Result<()> {
    let (net, lif) = counting(1)?;
    let probe = |options: ProbeOptions| net.probe_with(&lif.v, &options);
    fails(probe(every(0)), &["`lif.v`", "every 0 steps"]);
    fails(
        probe(ProbeOptions::new().last(0)),
        &["`lif.v`", "last 0 rows"],
    );
    fails(
        probe(ProbeOptions::new().to_file("v.txt")),
        &["`lif.v`", "`v.txt`", "`.npy`"],
    );
    let nowhere = ProbeOptions::new().to_file("no/such/folder/v.npy");
    fails(probe(nowhere), &["`no/such/folder/v.npy`"]);
    Ok(())
}

#[test]
fn a_refused_probe_leaves_the_file_alone() -> lava::Result<()> {
    let file = Scratch::new("kept.npy");
    fs::write(&file.0, "kept").expect("the folder exists");
    let options = ProbeOptions::new().to_file(&file.0);
    let (net, lif) = counting(1)?;
    let detached: Lif = net.add(Lif::shape([1]).detached())?;
    assert!(net.probe_with(&detached.v, &options).is_err());
    assert!(net.probe_with(&lif.v.select([1000]), &options).is_err());
    net.stop()?;
    fails(net.probe_with(&lif.v, &options), &["stopped"]);
    assert_eq!(fs::read(&file.0).expect("the file exists"), b"kept");
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_ends_the_run_by_its_name() -> lava::Result<()> {
    const LIMITED: &str = "LAVA_TEST_FILES_ARE_LIMITED";
    if env::var_os(LIMITED).is_none() {
        // A disk that is full is a limit of the process.
        let program = env::current_exe().expect("the test is a program");
        let name = "recordings::a_file_that_cannot_be_written_ends_the_run_by_its_name";
        let limited = format!(
            "trap '' XFSZ; ulimit -f 8; exec '{}' --exact {name}",
            program.display()
        );
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", &limited]).env(LIMITED, "1").output();
        let output = output.expect("the shell runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains("1 passed"), "{printed}");
        return Ok(());
    }
    for workers in [1, 2] {
        let full = Scratch::new(&format!("full{workers}.npy"));
        let (net, lif) = counting(workers)?;
        let options = ProbeOptions::new().to_file(&full.0);
        let v: Probe<f32> = net.probe_with(&lif.v, &options)?;
        fails(net.run(RunSteps(1000)), &["full", ".npy", "lif"]);
        fails(net.run(RunSteps(1)), &["halted"]);
        assert_eq!(lif.v.get()?.len(), 1000, "Vars can still be read");
        drop(v);
    }
    Ok(())
}

#[test]
fn a_process_that_was_reset_after_a_failure_is_recorded_on() -> lava::Result<()> {
    let (net, lif) = counting(2)?;
    let source: Source = net.add(Source::data(once(1.0, 4)))?;
    let spikes: SpikeProbe = net.probe(&lif.s_out)?;
    let input = net.probe(&source.s_out)?;
    net.run(RunSteps(2))?;
    net.reset_process(&lif)?;
    net.run(RunSteps(2))?;
    assert_eq!((spikes.steps(), input.steps()), (4, 4));
    Ok(())
}
