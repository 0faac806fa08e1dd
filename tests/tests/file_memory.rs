//! Files of recordings and arrays take the memory of a part of them beside what they hold.

// Prints what was taken.
#![allow(clippy::print_stdout)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use lava::io::{Arrays, CameraEvents, CameraFile, ReadLimits, Tensor};
use lava::monitor::ProbeOptions;
use lava::prelude::*;
use lava::proc::io::Generator;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Events, Lif};
use lava::sonata::SpikeFile;
use lava::units::ms;
use lava_tests::memory::{self, CountingAllocator};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const NEURONS: usize = 1000;
const STEPS: usize = 2000;
/// The bytes of a recording's values.
const VALUES: usize = NEURONS * STEPS * size_of::<f32>();
/// The bytes that handling a file may take: its batches and buffers.
const BUFFERS: usize = 3 << 20;

/// The most memory that was taken beside what was in use before.
fn taken<R>(act: impl FnOnce() -> lava::Result<R>) -> lava::Result<(usize, R)> {
    let before = memory::restart_peak();
    let result = act()?;
    Ok((memory::peak() - before, result))
}

fn network() -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    let net = Network::new();
    net.set_workers(2)?;
    // A third of them fires in a step.
    let lif = net.add(Lif::shape([NEURONS]).bias_mant(1.0).vth(2.5).v(0.5))?;
    Ok((net, lif))
}

#[track_caller]
fn check(what: &str, taken: usize, allowed: usize) {
    println!("{what}: {taken} bytes");
    assert!(
        taken < allowed,
        "{what}: {taken} bytes, {allowed} are allowed"
    );
}

// Without the test harness, whose own threads would be counted as well.
fn main() -> lava::Result<()> {
    let folder = std::env::temp_dir().join(format!("lava-file-memory-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = |name: &str, ending: &str| -> PathBuf { folder.join(name).with_extension(ending) };
    let (net, lif) = network()?;
    let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
    net.run(RunSteps(STEPS as u64))?;
    for ending in ["npy", "csv", "npz", "h5"] {
        let (bytes, ()) = taken(|| voltage.save(file("saved", ending)))?;
        check(&format!("saving {ending}"), bytes, BUFFERS);
        let (bytes, ()) = taken(|| spikes.save(file("spikes", ending)))?;
        check(&format!("saving spikes as {ending}"), bytes, BUFFERS);
        let (net, lif) = network()?;
        net.run(RunSteps(1))?;
        let options = ProbeOptions::new().to_file(file("streamed", ending));
        let stream = net.probe_with(&lif.v, &options)?;
        let (bytes, ()) = taken(|| net.run(RunSteps(STEPS as u64)))?;
        check(&format!("streaming {ending}"), bytes, BUFFERS);
        drop(stream);
        net.stop()?;
    }
    let (bytes, tensor) = taken(|| Ok(Tensor::read_npy(file("saved", "npy"))?))?;
    assert_eq!(tensor.len(), NEURONS * STEPS);
    check("reading npy", bytes, VALUES + BUFFERS);
    for ending in ["npz", "h5"] {
        let (bytes, arrays) = taken(|| Arrays::read(file("streamed", ending)))?;
        let value = arrays.get("value").map(Tensor::shape);
        assert_eq!(value, Some(&[STEPS, NEURONS][..]), "{ending}");
        // The library for HDF5 has the bytes of an array before they become elements.
        let copies = if ending == "h5" { 2 } else { 1 };
        check(
            &format!("reading {ending}"),
            bytes,
            copies * VALUES + BUFFERS,
        );
        let (bytes, ()) = taken(|| arrays.save(file("again", "npz")))?;
        check("writing an archive", bytes, BUFFERS);
    }
    tables(&file("table", "csv"), &file("table", "mtx"))?;
    cameras(&folder)?;
    std::fs::remove_dir_all(folder)?;
    net.stop()
}

/// Tables take the memory of what is made of them: their text, 40 MB and more, is never there as a whole.
fn tables(list: &Path, matrix: &Path) -> lava::Result<()> {
    const SYNAPSES: usize = 200_000;
    // Comments make the lines long.
    let comment = "-".repeat(200);
    let write = |path: &Path, header: &str, columns: &dyn Fn(usize) -> String, sign: char| {
        let mut file = BufWriter::new(File::create(path)?);
        writeln!(file, "{header}")?;
        for number in 0..SYNAPSES {
            writeln!(file, "{} {sign}{comment}", columns(number))?;
        }
        file.flush()
    };
    let synapse = |number: usize| (number / 400, number % 400);
    let limits = ReadLimits::new().bytes(20 << 20);
    let pairs = |number| {
        let (source, target) = synapse(number);
        format!("{source},{target}")
    };
    write(list, "source,target", &pairs, '#')?;
    let places = |number| {
        let (source, target) = synapse(number);
        format!("{} {} 0.5", target + 1, source + 1)
    };
    let header = format!("%%MatrixMarket matrix coordinate real general\n400 500 {SYNAPSES}");
    write(matrix, &header, &places, '%')?;
    // A list that doubles its length, and the synapses as they are stored.
    const ALLOWED: usize = SYNAPSES * (3 * size_of::<Synapse>() + 32) + (1 << 20);
    for path in [list, matrix] {
        let (bytes, synapses) = taken(|| Synapses::<f32>::read_with(path, None, &limits))?;
        assert_eq!(synapses.len(), SYNAPSES);
        check("reading connections", bytes, ALLOWED);
        let (bytes, ()) = taken(|| synapses.save(path))?;
        check("saving connections", bytes, 1 << 20);
    }
    let spikes = |number: usize| format!("{},{}", number / 10 + 1, number % 10);
    write(list, "step,neuron", &spikes, '#')?;
    let (bytes, events) = taken(|| Events::read_with(list, &limits))?;
    assert_eq!(events.len(), SYNAPSES);
    check("reading spikes", bytes, SYNAPSES * 64 + (1 << 20));
    let times = |number: usize| format!("{}.5 cells {}", number / 10 + 1, number % 10);
    write(list, "timestamps population node_ids", &times, ' ')?;
    let text = std::fs::read_to_string(list)?.replace(&comment, "");
    std::fs::write(list, text)?;
    let limits = ReadLimits::new().bytes(8 << 20);
    let (bytes, file) = taken(|| Ok(SpikeFile::read_with(list, &limits)?))?;
    assert_eq!(file.populations["cells"].len(), SYNAPSES);
    check("reading SONATA's spikes", bytes, SYNAPSES * 48 + (1 << 20));
    Ok(())
}

/// Recordings of cameras take the memory of their events, and of a block while they are played: the files have 16 MB.
fn cameras(folder: &Path) -> lava::Result<()> {
    const BLOCKS: usize = 1 << 20;
    const EVENTS: usize = 2_000_000;
    let path = folder.join("long.dat");
    let mut file = BufWriter::new(File::create(&path)?);
    for time in 0..EVENTS as u32 {
        let pixel = time % 32;
        let place = pixel | pixel << 14;
        file.write_all(&[time.to_le_bytes(), place.to_le_bytes()].concat())?;
    }
    drop(file);
    let (bytes, recording) = taken(|| Ok(CameraFile::open(&path)?))?;
    assert_eq!(recording.len(), EVENTS as u64);
    check("opening .dat", bytes, BLOCKS);
    let (bytes, ()) = taken(|| {
        let net = Network::<Loihi1SimCfg>::new();
        net.add(Generator::rows(recording.rows(1.0 * ms)?))?;
        net.run(RunSteps(2000))?;
        net.stop()
    })?;
    check("playing .dat", bytes, BLOCKS);
    let (bytes, recording) = taken(|| Ok(CameraEvents::read(&path)?))?;
    // A list that doubles its length.
    let events = EVENTS.next_power_of_two() * size_of_val(&recording.events()[0]);
    check("reading .dat", bytes, 3 * events / 2 + BLOCKS);

    let overflows = folder.join("long.bin");
    std::fs::write(&overflows, [0, 240, 0, 0, 0].repeat(3_000_000))?;
    let (bytes, recording) = taken(|| Ok(CameraEvents::read(&overflows)?))?;
    assert_eq!(recording.events(), []);
    check("reading .bin", bytes, BLOCKS);

    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/camera/events.aedat4");
    let fixture = std::fs::read(fixture)?;
    // The line, the size of the header, and the header.
    let packets = 14 + 4 + usize::from(fixture[14]) + 256 * usize::from(fixture[15]);
    let path = folder.join("long.aedat4");
    let repeated = fixture[packets..].repeat(20_000);
    std::fs::write(&path, [&fixture[..packets], &repeated].concat())?;
    drop(repeated);
    let (bytes, recording) = taken(|| Ok(CameraFile::open(&path)?))?;
    assert_eq!(recording.len() % 20_000, 0);
    check("opening AEDAT 4", bytes, BLOCKS);
    Ok(())
}
