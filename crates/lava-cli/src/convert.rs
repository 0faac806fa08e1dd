//! Files in other formats.

use anyhow::{Context, bail};
use lava::io::{Arrays, CameraEvents, Tensor};
use lava::nir::NirGraph;
use lava::proc::synapse::Synapses;
use lava::units::ms;

use crate::arguments::Arguments;

/// The time step of cameras and layers, in seconds.
const DT: f64 = 1e-3;

/// Writes the second file.
pub(crate) fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    let (from, limits) = (&arguments.file, &arguments.limits);
    let to = arguments.to.as_ref().context("give the file to write")?;
    let dt = arguments.dt.unwrap_or(DT);
    match (crate::ending(from).as_str(), crate::ending(to).as_str()) {
        ("npy" | "npz" | "h5" | "hdf5", "npy" | "npz" | "h5" | "hdf5") => arrays(arguments)?,
        ("csv" | "tsv" | "txt" | "mtx", "mtx") | ("mtx", "csv" | "tsv" | "txt") => {
            Synapses::<f64>::read_with(from, None, limits)?.save(to)?;
        }
        ("aedat4" | "dat" | "bin", "csv" | "npy" | "npz" | "h5" | "hdf5") => {
            let events = CameraEvents::read_with(from, limits)?;
            let spikes = events.spikes(dt * 1e3 * ms)?;
            spikes.save(to)?;
            let (shape, count, merged) = (events.shape(), spikes.len(), spikes.merged());
            println!("{count} spikes of neurons {shape:?}, and {merged} more in the same step");
        }
        ("nir", "nir") => NirGraph::read_with(from, limits)?.write(to)?,
        ("net", "nir") => crate::layers::graph(from, limits, dt)?.write(to)?,
        (source, target) => bail!(
            "there is no way from `.{source}` to `.{target}`; `lava convert --help` has those that there are"
        ),
    }
    println!("→ {}", to.display());
    Ok(true)
}

fn arrays(arguments: &Arguments) -> anyhow::Result<()> {
    let (from, limits) = (&arguments.file, &arguments.limits);
    let to = arguments.to.as_ref().context("give the file to write")?;
    let mut arrays = match crate::ending(from).as_str() {
        "npy" => {
            let mut arrays = Arrays::new();
            let stem = to.file_stem().unwrap_or_default();
            let name = arguments.array.clone();
            let name = name.unwrap_or_else(|| stem.to_string_lossy().into_owned());
            arrays.insert(name, Tensor::read_npy_with(from, limits)?);
            arrays
        }
        _ => Arrays::read_with(from, limits)?,
    };
    if let Some(name) = &arguments.array {
        let array = arrays.get(name).cloned();
        let array =
            array.with_context(|| format!("there is no array `{name}`: {}", names(&arrays)))?;
        arrays = Arrays::new();
        arrays.insert(name.clone(), array);
    }
    if crate::ending(to) != "npy" {
        return Ok(arrays.save(to)?);
    }
    let mut all = arrays.iter();
    match (all.next(), all.next()) {
        (Some((_, array)), None) => Ok(array.write_npy(to)?),
        (None, _) => bail!("there is no array in it"),
        _ => bail!(
            "`.npy` holds one array; give its name, `--array NAME`: {}",
            names(&arrays)
        ),
    }
}

fn names(arrays: &Arrays) -> String {
    let names: Vec<&str> = arrays.iter().map(|(name, _)| name).collect();
    names.join(", ")
}
