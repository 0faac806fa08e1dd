//! Readers of files meet damaged files: an error or a value, never a panic, and never more memory than
//! the limit.
//!
//! Every fixture is altered in single bytes, in runs of bytes and by truncation, from a seed. `LAVA_MUTATIONS`
//! sets the number for each file; default 400.

// Prints what it has tried, and what the reader that is at fault was given.
#![allow(clippy::print_stderr, clippy::print_stdout)]

use std::panic;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use lava::io::{Arrays, CameraEvents, ReadLimits, Tensor};
use lava::netx::NetxFile;
use lava::nir::{NirData, NirGraph};
use lava::prelude::*;
use lava::proc::synapse::Synapses;
use lava::proc::{DelayRelay, Dense, Events, Lif};
use lava::process::Checksum;
use lava::snapshot::Snapshot;
use lava::sonata::{SonataCircuit, SonataOptions, SpikeFile};
use lava_tests::folders;
use lava_tests::memory::{self, CountingAllocator};

static PANICKED: AtomicBool = AtomicBool::new(false);

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// The limit that readers are given.
const LIMIT: usize = 16 << 20;

/// Pseudo-random numbers: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn altered(file: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = file.to_vec();
    match random.below(8) {
        0 => bytes.truncate(random.below(file.len())),
        1 => {
            let (start, len) = (random.below(file.len()), random.below(64));
            let end = file.len().min(start + len);
            bytes[start..end].fill([0, 0xff, 0x7f][random.below(3)]);
        }
        2 => {
            let (from, to, len) = (
                random.below(file.len()),
                random.below(file.len()),
                random.below(64),
            );
            let len = len.min(file.len() - from.max(to));
            bytes.copy_within(from..from + len, to);
        }
        _ => {
            for _ in 0..1 + random.below(4) {
                // Most bytes are contents of arrays; structures lie where bytes are not 0.
                let start = random.below(file.len());
                let at = (start..file.len())
                    .find(|at| file[*at] != 0)
                    .unwrap_or(start);
                bytes[at] = [0, 1, 0x7f, 0x80, 0xff, random.below(256) as u8][random.below(6)];
            }
        }
    }
    bytes
}

/// A stored network, and a snapshot of it after some steps.
fn network_and_snapshot() -> [String; 2] {
    let file = |ending: &str| {
        let name = format!("lava-mutation-{}.{ending}", std::process::id());
        std::env::temp_dir().join(name)
    };
    let paths = [file("lava"), file("snapshot")];
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net
        .add(Lif::shape([7]).bias_mant(1.0).vth(3.0))
        .expect("seven neurons");
    let line: DelayRelay<f32> = net.add(DelayRelay::shape([7]).delay(3)).expect("a line");
    lif.s_out
        .cast::<f32>()
        .connect(&line.a_in)
        .expect("it fits");
    let weights = ndarray::Array2::from_elem((7, 7), 0.5);
    let dense: Dense<f32, f32> = net.add(Dense::weights(weights)).expect("synapses");
    line.a_out.connect(&dense.s_in).expect("it fits");
    net.store(&paths[0]).expect("it is stored");
    net.run(RunSteps(9)).expect("it runs");
    net.save(&paths[1]).expect("it is saved");
    paths.map(|path| path.to_string_lossy().into_owned())
}

/// Reads a stored network whose length and checksum are made right, so that what is behind them is read.
fn stored_network(path: &Path) -> bool {
    const AFTER_VERSION: usize = 12;
    const CHECKSUM: usize = 8;
    let mut bytes = std::fs::read(path).expect("the altered file");
    if bytes.len() >= AFTER_VERSION + 8 + CHECKSUM {
        let len = bytes.len() as u64;
        bytes[AFTER_VERSION..AFTER_VERSION + 8].copy_from_slice(&len.to_le_bytes());
        bytes.truncate(bytes.len() - CHECKSUM);
        let checksum = Checksum::of(&bytes);
        bytes.extend(checksum.to_le_bytes());
    }
    Network::<Loihi1SimCfg>::load_from(&bytes, "altered").is_ok()
}

/// Reads and checks SONATA's circuit, of which `file` is replaced by the altered one.
fn circuit(file: &str, altered: &Path, limits: &ReadLimits) -> bool {
    let folder = std::env::temp_dir().join(format!("lava-mutation-circuit-{}", std::process::id()));
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sonata/mixed");
    if !folder.exists() {
        folders::copy(&fixture, &folder);
    }
    std::fs::copy(altered, folder.join(file)).expect("the file is replaced");
    let read = SonataCircuit::open_with(folder.join("simulation_config.json"), limits);
    let fits = read.is_ok_and(|circuit| circuit.check(&SonataOptions::new()).fits());
    std::fs::copy(fixture.join(file), folder.join(file)).expect("the file is as before");
    fits
}

type Reader = fn(&Path, &ReadLimits) -> bool;

fn main() {
    let mutations = std::env::var("LAVA_MUTATIONS")
        .ok()
        .and_then(|count| count.parse().ok());
    let mutations: usize = mutations.unwrap_or(400);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let graph: Reader = |path, limits| NirGraph::read_with(path, limits).is_ok();
    let data: Reader = |path, limits| NirData::read_with(path, limits).is_ok();
    let netx: Reader = |path, limits| NetxFile::read_with(path, limits).is_ok();
    let npy: Reader = |path, limits| Tensor::read_npy_with(path, limits).is_ok();
    let arrays: Reader = |path, limits| Arrays::read_with(path, limits).is_ok();
    let camera: Reader = |path, limits| CameraEvents::read_with(path, limits).is_ok();
    let table: Reader = |path, limits| Synapses::<f32>::read_with(path, None, limits).is_ok();
    let spikes: Reader = |path, limits| Events::read_with(path, limits).is_ok();
    let timed: Reader = |path, limits| SpikeFile::read_with(path, limits).is_ok();
    let snapshot: Reader = |path, _| Snapshot::open(path).is_ok();
    let network: Reader = |path, _| stored_network(path);
    let [stored, saved] = network_and_snapshot();
    let files: [(&str, Reader); 27] = [
        ("camera/events.aedat4", camera),
        ("camera/events.bin", camera),
        ("camera/events.dat", camera),
        ("npz/compressed.npz", arrays),
        ("npz/stored.npz", arrays),
        ("table/connections.csv", table),
        ("table/connections.mtx", table),
        ("table/spikes.csv", spikes),
        (&stored, network),
        (&saved, snapshot),
        ("netx/layers.net", netx),
        ("netx/matrix.net", netx),
        ("netx/padded.net", netx),
        ("npy/column_major.npy", npy),
        ("nir/all_primitives.nir", graph),
        ("nir/recurrent.nir", graph),
        ("nir/several.nir", graph),
        ("nir/old.nir", graph),
        ("nir/data.nir", data),
        ("sonata/mixed/inputs/spikes.csv", timed),
        ("sonata/mixed/inputs/spikes.h5", timed),
        ("sonata/mixed/network/nodes.h5", |path, limits| {
            circuit("network/nodes.h5", path, limits)
        }),
        ("sonata/mixed/network/node_types.csv", |path, limits| {
            circuit("network/node_types.csv", path, limits)
        }),
        ("sonata/mixed/network/edges.h5", |path, limits| {
            circuit("network/edges.h5", path, limits)
        }),
        ("sonata/mixed/circuit_config.json", |path, limits| {
            circuit("circuit_config.json", path, limits)
        }),
        ("sonata/mixed/simulation_config.json", |path, limits| {
            circuit("simulation_config.json", path, limits)
        }),
        ("sonata/mixed/node_sets.json", |path, limits| {
            circuit("node_sets.json", path, limits)
        }),
    ];
    panic::set_hook(Box::new(|info| {
        PANICKED.store(true, Ordering::Relaxed);
        eprintln!("{info}");
    }));
    let mut failed = false;
    for (name, read) in files {
        let file = std::fs::read(fixtures.join(name)).expect("the fixture is there");
        // The ending says which format it is.
        let ending = Path::new(name).extension().unwrap_or_default();
        let altered_file = std::env::temp_dir()
            .join(format!("lava-mutation-{}", std::process::id()))
            .with_extension(ending);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let (mut fine, mut peak, mut panics) = (0, 0, 0);
        for number in 0..mutations {
            let bytes = altered(&file, &mut random);
            if bytes == file {
                continue;
            }
            std::fs::write(&altered_file, &bytes).expect("a temporary file");
            let before = memory::restart_peak();
            PANICKED.store(false, Ordering::Relaxed);
            let result =
                panic::catch_unwind(|| read(&altered_file, &ReadLimits::new().bytes(LIMIT as u64)));
            let taken = memory::peak() - before;
            peak = peak.max(taken);
            fine += usize::from(matches!(result, Ok(true)));
            if result.is_err() || PANICKED.load(Ordering::Relaxed) || taken > 2 * LIMIT {
                eprintln!(
                    "{name}, mutation {number}: {taken} bytes, panic: {}",
                    result.is_err()
                );
                panics += 1;
            }
        }
        println!(
            "{name}: {mutations} mutations, {fine} still read, peak {peak} bytes, {panics} failures"
        );
        failed |= panics > 0;
        let _ = std::fs::remove_file(&altered_file);
    }
    for made in [stored, saved] {
        let _ = std::fs::remove_file(made);
    }
    let folder = format!("lava-mutation-circuit-{}", std::process::id());
    let _ = std::fs::remove_dir_all(std::env::temp_dir().join(folder));
    assert!(
        !failed,
        "a reader panicked, or took more memory than the limit"
    );
}
