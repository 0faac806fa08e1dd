//! Files of recordings and arrays take the memory of a part of them beside what they hold.

// Prints what was taken.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;

use lava::io::{Arrays, Tensor};
use lava::monitor::ProbeOptions;
use lava::prelude::*;
use lava::proc::Lif;
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
    std::fs::remove_dir_all(folder)?;
    net.stop()
}
