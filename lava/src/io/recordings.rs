//! Recordings as files.

use std::fmt::Write;
use std::path::Path;

use super::arrays::{ArrayFormat, Arrays};
use super::tensor::{Tensor, TensorElement};
use crate::Result;
use crate::monitor::{Probe, SpikeProbe};
use crate::proc::Events;
use crate::process::Element;
use crate::units::Time;

impl<T: Element + TensorElement> Probe<T> {
    /// Writes the rows in memory to a file, by the ending of its name.
    ///
    /// | file | contents |
    /// |---|---|
    /// | `.npy` | the values, `[rows, …]` |
    /// | `.npz`, `.h5`, `.hdf5` | `step`, `value` and, if there is a time step, `dt` in ms |
    /// | `.csv` | a line for each row: step, time in ms if there is a time step, values |
    ///
    /// A long run is written while it runs by [`ProbeOptions::to_file`](crate::monitor::ProbeOptions::to_file).
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("lava-voltage-{}.npy", std::process::id()));
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([2]).bias_mant([1.0, 2.0]).vth(10.0))?;
    /// let voltage = net.probe(&lif.v)?;
    /// net.run(RunSteps(3))?;
    /// # if cfg!(feature = "npy") {
    /// voltage.save(&path)?; // "v.npy"
    /// # std::fs::remove_file(&path)?;
    /// # }
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// That of the format if the file cannot be written, and an error that names the feature if that is off.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let format = ArrayFormat::of(path)?;
        let (steps, data) = self.table();
        let dt = self.dt();
        match format {
            ArrayFormat::Npy => write_array(path, data.into()),
            ArrayFormat::Npz | ArrayFormat::Hdf5 => {
                let mut arrays = Arrays::new();
                add_steps(&mut arrays, steps, dt);
                arrays.insert("value", data);
                arrays.save(path)
            }
            ArrayFormat::Csv => {
                let width = data.len() / steps.len().max(1);
                let mut text = header(dt);
                for element in 0..width {
                    let _ = write!(text, ",value_{element}");
                }
                text.push('\n');
                let values: Vec<T> = data.iter().copied().collect();
                for (row, step) in steps.iter().enumerate() {
                    add_time(&mut text, *step, dt);
                    for value in &values[row * width..][..width] {
                        let _ = write!(text, ",{value:?}");
                    }
                    text.push('\n');
                }
                Ok(std::fs::write(path, text)?)
            }
        }
    }
}

impl SpikeProbe {
    /// Writes the spikes in memory to a file, by the ending of its name.
    ///
    /// | file | contents |
    /// |---|---|
    /// | `.npy` | `[spikes, 2]`: step and neuron of each |
    /// | `.npz`, `.h5`, `.hdf5` | `step`, `neuron` and, if there is a time step, `dt` in ms |
    /// | `.csv` | a line for each spike: step, time in ms if there is a time step, neuron |
    ///
    /// [`Events::read`](crate::proc::Events::read) takes the last as the input of another network.
    ///
    /// # Errors
    /// As [`Probe::save`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        save_spikes(path.as_ref(), self.events(), self.dt())
    }
}

impl Events {
    /// Writes the spikes to a file, in the formats of [`SpikeProbe::save`].
    ///
    /// # Errors
    /// As [`SpikeProbe::save`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        save_spikes(path.as_ref(), self.iter().collect(), self.dt())
    }
}

fn save_spikes(path: &Path, events: Vec<(u64, usize)>, dt: Option<Time>) -> Result<()> {
    let format = ArrayFormat::of(path)?;
    match format {
        ArrayFormat::Npy => {
            let pairs = events.iter();
            let pairs = pairs.flat_map(|(step, neuron)| [*step, *neuron as u64]);
            let pairs: Vec<u64> = pairs.collect();
            write_array(path, Tensor::new([events.len(), 2], pairs))
        }
        ArrayFormat::Npz | ArrayFormat::Hdf5 => {
            let (steps, neurons): (Vec<u64>, Vec<u64>) = events
                .into_iter()
                .map(|(step, neuron)| (step, neuron as u64))
                .unzip();
            let mut arrays = Arrays::new();
            add_steps(&mut arrays, steps, dt);
            arrays.insert("neuron", Tensor::new([neurons.len()], neurons));
            arrays.save(path)
        }
        ArrayFormat::Csv => {
            let mut text = header(dt);
            text.push_str(",neuron\n");
            for (step, neuron) in events {
                add_time(&mut text, step, dt);
                let _ = writeln!(text, ",{neuron}");
            }
            Ok(std::fs::write(path, text)?)
        }
    }
}

fn write_array(path: &Path, array: Tensor) -> Result<()> {
    #[cfg(feature = "npy")]
    return Ok(array.write_npy(path)?);
    #[cfg(not(feature = "npy"))]
    {
        let _ = array;
        Err(ArrayFormat::of(path).map_or_else(|error| error, |_| unreachable!("it is off")))
    }
}

fn add_steps(arrays: &mut Arrays, steps: Vec<u64>, dt: Option<Time>) {
    arrays.insert("step", Tensor::new([steps.len()], steps));
    if let Some(dt) = dt {
        arrays.insert("dt", Tensor::scalar(dt.in_ms()));
    }
}

/// The names of the columns of time.
fn header(dt: Option<Time>) -> String {
    let text = if dt.is_some() { "step,time_ms" } else { "step" };
    text.to_owned()
}

/// The step and its time.
fn add_time(text: &mut String, step: u64, dt: Option<Time>) {
    // A text takes what is written.
    let _ = write!(text, "{step}");
    if let Some(dt) = dt {
        let _ = write!(text, ",{}", step as f64 * dt.in_ms());
    }
}
