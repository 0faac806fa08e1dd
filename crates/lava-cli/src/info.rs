//! Contents of files that are no networks.

use std::path::Path;

use anyhow::bail;
use lava::io::{Arrays, CameraFile, ReadLimits, Tensor};
use lava::proc::Events;
use lava::proc::synapse::Synapses;
use lava::snapshot::Snapshot;

use crate::arguments::Arguments;

/// Prints what the file holds.
pub(crate) fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    let (path, limits) = (&arguments.file, &arguments.limits);
    match crate::ending(path).as_str() {
        "npy" => array("array", &Tensor::read_npy_with(path, limits)?),
        "npz" | "h5" | "hdf5" => {
            let arrays = Arrays::read_with(path, limits)?;
            arrays.iter().for_each(|(name, tensor)| array(name, tensor));
        }
        "aedat4" | "dat" | "bin" => {
            let events = CameraFile::open_with(path, limits)?;
            let ([_, height, width], count) = (events.shape(), events.len());
            println!("{count} events of {width}×{height} pixels");
            if let Some(times) = events.times() {
                println!("from {} to {} µs", times.start(), times.end());
            }
        }
        "csv" | "tsv" | "txt" | "mtx" => table(path, limits)?,
        _ => {
            let snapshot = Snapshot::open(path).map_err(lava::Error::from)?;
            println!("a snapshot after {} steps", snapshot.time_step());
            for entry in snapshot.entries() {
                println!(
                    "{}  {}, {} bytes",
                    entry.name,
                    entry.layout,
                    entry.bytes.len()
                );
            }
        }
    }
    Ok(true)
}

fn array(name: &str, tensor: &Tensor) {
    println!("{name}  {:?}", tensor.shape());
}

/// Connections, or spikes in steps.
fn table(path: &Path, limits: &ReadLimits) -> anyhow::Result<()> {
    let connections = match Synapses::<f64>::read_with(path, None, limits) {
        Ok(synapses) => {
            let (sources, targets) = (synapses.sources(), synapses.targets());
            let (shortest, longest) = synapses.delays().into_inner();
            println!(
                "{} synapses from {sources} neurons to {targets}",
                synapses.len()
            );
            println!("delays of {shortest} to {longest} steps");
            return Ok(());
        }
        Err(error) => error,
    };
    if crate::ending(path) == "mtx" {
        return Err(connections.into());
    }
    match Events::read_with(path, limits) {
        Ok(spikes) => println!("{} spikes", spikes.len()),
        Err(spikes) => bail!("neither connections nor spikes:\n  {connections}\n  {spikes}"),
    }
    Ok(())
}
