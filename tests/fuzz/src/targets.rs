//! The readers. Most read files, which lie in memory where the system has a place for that.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lava::io::{Arrays, CameraEvents, ReadLimits, Tensor};
use lava::netx::NetxFile;
use lava::nir::{NirData, NirGraph, NirOptions};
use lava::prelude::*;
use lava::proc::Events;
use lava::proc::synapse::Synapses;
use lava::snapshot::Snapshot;
use lava::sonata::{FrameFile, SonataCircuit, SonataOptions, SpikeFile};
use lava::units::ms;
use lava_core::data::{Checksum, Persist};

use crate::limiter::within;

/// Reads the bytes of an input.
pub(crate) type Target = fn(&[u8]);

/// The limit that readers are given, in bytes; they may take twice as much for a while.
const LIMIT: usize = 16 << 20;
/// The memory that readers may take that are given no limit, in bytes.
const DEFAULT_LIMIT: usize = 256 << 20;

/// Readers by name.
pub(crate) const TARGETS: [(&str, Target); 18] = [
    ("aedat4", |bytes| camera("aedat4", bytes)),
    ("dat", |bytes| camera("dat", bytes)),
    ("nmnist", |bytes| camera("bin", bytes)),
    ("npy", |bytes| {
        read("npy", bytes, |path, limits| {
            drop(Tensor::read_npy_with(path, limits))
        });
    }),
    ("npz", |bytes| {
        read("npz", bytes, |path, limits| {
            drop(Arrays::read_with(path, limits))
        })
    }),
    ("hdf5", |bytes| {
        read("h5", bytes, |path, limits| {
            drop(Arrays::read_with(path, limits))
        })
    }),
    ("nir", |bytes| read("nir", bytes, nir)),
    ("nir_data", |bytes| {
        read("nir", bytes, |path, limits| {
            drop(NirData::read_with(path, limits))
        });
    }),
    ("netx", |bytes| read("net", bytes, netx)),
    ("sonata", sonata),
    ("sonata_spikes", |bytes| {
        let ending = if bytes.starts_with(b"\x89HDF") {
            "h5"
        } else {
            "csv"
        };
        read(ending, bytes, |path, limits| {
            drop(SpikeFile::read_with(path, limits))
        });
    }),
    ("sonata_frames", |bytes| {
        read("h5", bytes, |path, limits| {
            drop(FrameFile::read_with(path, limits))
        });
    }),
    ("connections", |bytes| connections("csv", bytes)),
    ("matrix_market", |bytes| connections("mtx", bytes)),
    ("spikes", |bytes| {
        read("csv", bytes, |path, limits| {
            let _ = Events::read_with(path, limits);
        });
    }),
    ("spike_times", |bytes| {
        read("csv", bytes, |path, limits| {
            let _ = Events::read_times_with(path, 0.1 * ms, limits);
        });
    }),
    ("snapshot", |bytes| {
        let bytes = with_checksum(bytes);
        within(DEFAULT_LIMIT, || snapshot(&bytes));
    }),
    ("network", |bytes| {
        let bytes = with_checksum(bytes);
        within(DEFAULT_LIMIT, || {
            drop(Network::<Loihi1SimCfg>::load_from(&bytes, ""))
        });
    }),
];

/// Calls `act` with a file whose name has this ending.
fn read(ending: &str, bytes: &[u8], act: impl FnOnce(&Path, &ReadLimits)) {
    let path = folder().join("file").with_extension(ending);
    fs::write(&path, bytes).expect("a file");
    within(2 * LIMIT, || act(&path, &limits()));
}

fn limits() -> ReadLimits {
    ReadLimits::new().bytes(LIMIT as u64)
}

/// A folder of this program.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let folder = parent.join(format!("lava-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    })
}

fn camera(ending: &str, bytes: &[u8]) {
    read(ending, bytes, |path, limits| {
        if let Ok(events) = CameraEvents::read_with(path, limits) {
            assert!(events.events().is_sorted_by_key(|event| event.time));
        }
    });
}

fn connections(ending: &str, bytes: &[u8]) {
    read(ending, bytes, |path, limits| {
        drop(Synapses::<f32>::read_with(path, None, limits))
    });
}

/// The graph, and the report on it.
fn nir(path: &Path, limits: &ReadLimits) {
    if let Ok(graph) = NirGraph::read_with(path, limits) {
        let _ = graph.check(&NirOptions::new()).to_string();
    }
}

/// The network, and the list of its layers.
fn netx(path: &Path, limits: &ReadLimits) {
    if let Ok(file) = NetxFile::read_with(path, limits) {
        let _ = file.to_string();
    }
}

/// A circuit: the first byte of an input chooses the file that the rest replaces.
fn sonata(bytes: &[u8]) {
    /// In the order of `run.sh`.
    const FILES: [&str; 7] = [
        "circuit_config.json",
        "simulation_config.json",
        "node_sets.json",
        "network/node_types.csv",
        "network/edge_types.csv",
        "network/nodes.h5",
        "network/edges.h5",
    ];
    static CIRCUIT: OnceLock<()> = OnceLock::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/sonata/mixed");
    CIRCUIT.get_or_init(|| copy(&fixture, folder()));
    let Some((number, bytes)) = bytes.split_first() else {
        return;
    };
    let file = FILES[usize::from(*number) % FILES.len()];
    fs::write(folder().join(file), bytes).expect("a file");
    within(2 * LIMIT, || {
        let config = folder().join("simulation_config.json");
        if let Ok(circuit) = SonataCircuit::open_with(config, &limits()) {
            let _ = circuit.check(&SonataOptions::new()).to_string();
        }
    });
    fs::copy(fixture.join(file), folder().join(file)).expect("the file is as before");
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file");
        }
    }
}

/// A snapshot, which is written as long as it was read.
fn snapshot(bytes: &[u8]) {
    if let Ok(snapshot) = Snapshot::from_bytes(bytes, "") {
        let _ = snapshot.time_step();
        assert_eq!(snapshot.to_bytes().len(), bytes.len());
    }
}

/// Gives the bytes of a snapshot or stored network the length and the checksum that they should have: without
/// these, nothing behind them would be reached.
fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    /// The magic and the version.
    const BEFORE_LENGTH: usize = 12;
    const CHECKSUM: usize = 8;
    let mut file = bytes.to_vec();
    if bytes.len() < BEFORE_LENGTH + 8 + CHECKSUM {
        return file;
    }
    let len = file.len() as u64;
    file[BEFORE_LENGTH..BEFORE_LENGTH + 8].copy_from_slice(&len.to_le_bytes());
    file.truncate(bytes.len() - CHECKSUM);
    Checksum::of(&file).save(&mut file);
    file
}
