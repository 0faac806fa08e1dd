//! Probes of ports of spikes.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ndarray::{ArrayD, IxDyn};

use super::recording::Recording;
use super::row_store::SpikeTable;
use crate::Result;
use crate::statistics::SpikeTrains;

/// The recording of a port of spikes: the step and the neuron of each.
///
/// It may be read, taken and cleared by any thread at any moment. During a run it shows the steps
/// that all workers have completed. When the last clone of a probe is dropped, recording ends.
///
/// The step of a spike is the one in which an in-port connected to the port receives it: where a port
/// declares a delay, that many steps after it was sent.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([2]).bias_mant([1.0, 3.0]).vth(5.0))?;
/// let spikes = net.probe(&lif.s_out)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(spikes.events(), [(2, 1), (4, 1)]); // (step, neuron)
/// # net.stop()
/// # }
/// ```
#[derive(Clone)]
pub struct SpikeProbe {
    recording: Arc<Recording<SpikeTable>>,
}

impl SpikeProbe {
    pub(super) fn new(recording: Arc<Recording<SpikeTable>>) -> SpikeProbe {
        SpikeProbe { recording }
    }

    /// The number of recorded steps that are in memory, also those without a spike.
    pub fn steps(&self) -> usize {
        self.recording.len()
    }

    /// The recorded time steps that are in memory, counted from the start or the last reset, also
    /// those without a spike.
    pub fn time_steps(&self) -> Vec<u64> {
        self.recording.rows().0
    }

    /// The raster: the time step, counted from 1 at the start or the last reset, and the row-major
    /// neuron of every spike, in the order of steps, then neurons. Neurons that were chosen by
    /// [`select`](crate::OutPort::select) are counted in the order of the selection.
    pub fn events(&self) -> Vec<(u64, usize)> {
        events(&self.recording.rows().1)
    }

    /// Returns the raster and drops it from the recording, which goes on. The spikes that successive
    /// calls return, one after the other, are the whole recording.
    pub fn take(&self) -> Vec<(u64, usize)> {
        events(&self.recording.take().1)
    }

    /// Drops all spikes from memory; the recording goes on.
    pub fn clear(&self) {
        drop(self.recording.take());
    }

    /// Writes all recorded spikes to the file of [`ProbeOptions::to_file`](super::ProbeOptions),
    /// which can then be read, also during a run. Does nothing without a file.
    ///
    /// # Errors
    /// [`ProbeError::File`](crate::error::ProbeError) if the file cannot be written.
    pub fn flush(&self) -> Result<()> {
        Ok(self.recording.flush()?)
    }

    /// The number of spikes of each neuron, in the shape of the port.
    pub fn counts(&self) -> ArrayD<u64> {
        let mut counts = ArrayD::zeros(IxDyn(&[self.recording.dims().len()]));
        for (_, neuron) in self.events() {
            counts[neuron] += 1;
        }
        let shape = IxDyn(self.recording.dims().as_slice());
        counts
            .into_shape_with_order(shape)
            .expect("one count per neuron")
    }

    /// The spikes in memory, by neuron, for [statistics](crate::statistics). Their steps have the
    /// network's time step; recorded steps are those from the first to the last in memory.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// # let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([2]).bias_mant([1.0, 3.0]).vth(5.0))?;
    /// let spikes = net.probe(&lif.s_out)?;
    /// net.run(RunSteps(10))?;
    /// assert_eq!(spikes.trains().intervals(1), [2.0, 2.0, 2.0, 2.0]); // steps
    /// # net.stop()
    /// # }
    /// ```
    pub fn trains(&self) -> SpikeTrains {
        let (steps, table) = self.recording.rows();
        let interval = self.recording.interval();
        let (first, last) = match steps[..] {
            [first, .., last] => (first, last),
            [step] => (step, step),
            [] => (1, 0),
        };
        let recorded = first.saturating_sub(interval - 1).max(1)..=last;
        let trains = SpikeTrains::new(self.recording.dims().len(), recorded, events(&table));
        let trains = trains.with_interval(interval);
        match self.recording.dt() {
            Some(dt) => trains.with_dt(dt),
            None => trains,
        }
    }

    /// Writes the spikes in memory to a file, by the ending of its name, part by part.
    ///
    /// | file | contents |
    /// |---|---|
    /// | `.npy` | `[spikes, 2]`: step and neuron of each |
    /// | `.csv` | a line for each spike: step, time in ms if there is a time step, neuron |
    /// | `.h5`, `.hdf5` (feature `hdf5`) | `step`, `neuron` and, if there is a time step, `dt` in ms |
    /// | `.npz` (feature `npz`) | the same arrays |
    ///
    /// `Events::read` takes the second as the input of another network (feature `tables`).
    ///
    /// # Errors
    /// As [`Probe::save`](super::Probe::save).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(self.recording.save(path.as_ref())?)
    }

    /// All rows in memory, as an array of shape `[rows, …]` with `true` for each spike.
    pub fn data(&self) -> ArrayD<bool> {
        let (steps, table) = self.recording.rows();
        let dims = self.recording.dims();
        let mut fired = vec![false; steps.len() * dims.len()];
        let mut row = 0;
        for (step, neuron) in table.events {
            while steps[row] != step {
                row += 1;
            }
            fired[row * dims.len() + neuron as usize] = true;
        }
        let shape = [&[steps.len()], dims.as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), fired).expect("whole rows are recorded")
    }
}

fn events(table: &SpikeTable) -> Vec<(u64, usize)> {
    let events = table.events.iter();
    events
        .map(|(step, neuron)| (*step, *neuron as usize))
        .collect()
}

impl fmt::Debug for SpikeProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpikeProbe")
            .field("shape", self.recording.dims())
            .field("steps", &self.recording.own_len())
            .finish()
    }
}
