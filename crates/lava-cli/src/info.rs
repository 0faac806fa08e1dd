//! Contents of files that are no networks.

use lava::io::{Arrays, CameraEvents, Tensor};
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
            let events = CameraEvents::read_with(path, limits)?;
            let [_, height, width] = events.shape();
            let count = events.events().len();
            println!("{count} events of {width}×{height} pixels");
            if let [first, .., last] = events.events() {
                println!("from {} to {} µs", first.time, last.time);
            }
        }
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
