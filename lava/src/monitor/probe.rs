//! Probes: [`Probe`] for Vars and ports of numbers, [`SpikeProbe`](super::SpikeProbe) for spikes.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use lava_core::data::Element;
use ndarray::{ArrayD, IxDyn};

use super::recording::Recording;
use super::row_store::NumberTable;
use crate::Result;

/// The recording of a Var, or of a port of numbers: one row for each recorded step.
///
/// It may be read, taken and cleared by any thread at any moment. During a run it shows the steps
/// that all workers have completed. When the last clone of a probe is dropped, recording ends.
///
/// A row of a Var has its value at the end of the step. A row of a port has the message that an
/// in-port connected to it receives in that step; a port that declares a delay, as `a_out` of
/// [`Dense`](crate::proc::Dense) does, was sent it that many steps before. Steps without a message
/// have zeros.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([2]).bias_mant([1.0, 2.0]).vth(10.0))?;
/// let voltage = net.probe(&lif.v)?;
/// net.run(RunSteps(3))?;
/// // Time comes first: row t is step t + 1.
/// assert_eq!(voltage.data(), ndarray::arr2(&[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]).into_dyn());
/// # net.stop()
/// # }
/// ```
pub struct Probe<T: Element> {
    recording: Arc<Recording<NumberTable<T>>>,
}

/// Rows that were taken out of a [`Probe`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TakenRows<T> {
    /// The time step of each row.
    pub steps: Vec<u64>,
    /// The values, of shape `[rows, …]`.
    pub data: ArrayD<T>,
}

impl<T: Element> Probe<T> {
    pub(super) fn new(recording: Arc<Recording<NumberTable<T>>>) -> Probe<T> {
        Probe { recording }
    }

    /// The number of recorded steps that are in memory.
    pub fn steps(&self) -> usize {
        self.recording.len()
    }

    /// The time step of each row in memory, counted from the start or the last reset.
    pub fn time_steps(&self) -> Vec<u64> {
        self.recording.rows().0
    }

    /// All rows in memory, as an array of shape `[rows, …]`.
    pub fn data(&self) -> ArrayD<T> {
        let (steps, table) = self.recording.rows();
        self.array(&steps, table)
    }

    /// Returns all rows and drops them from the recording, which goes on. The values that
    /// successive calls return, one after the other, are the whole recording.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// # let net = Network::<Loihi1SimCfg>::new();
    /// # let lif: Lif = net.add(Lif::shape([2]))?;
    /// let voltage = net.probe(&lif.v)?;
    /// net.start(RunSteps(1000))?;
    /// let first = voltage.take(); // some rows, or none yet
    /// net.wait()?;
    /// let rest = voltage.take();
    /// assert_eq!(first.steps.len() + rest.steps.len(), 1000);
    /// # net.stop()
    /// # }
    /// ```
    pub fn take(&self) -> TakenRows<T> {
        let (steps, table) = self.recording.take();
        let data = self.array(&steps, table);
        TakenRows { steps, data }
    }

    /// Drops all rows from memory; the recording goes on.
    pub fn clear(&self) {
        drop(self.recording.take());
    }

    /// Writes all recorded steps to the file of [`ProbeOptions::to_file`](super::ProbeOptions), which
    /// can then be read, also during a run. Does nothing without a file.
    ///
    /// # Errors
    /// [`ProbeError::File`](crate::error::ProbeError) if the file cannot be written.
    pub fn flush(&self) -> Result<()> {
        Ok(self.recording.flush()?)
    }

    /// The number of elements of a row.
    #[cfg(any(feature = "live", feature = "terminal"))]
    pub(crate) fn elements(&self) -> usize {
        self.recording.dims().len()
    }

    /// Writes the rows in memory to a file, by the ending of its name, part by part.
    ///
    /// | file | contents |
    /// |---|---|
    /// | `.npy` | the values, `[rows, …]` |
    /// | `.csv` | a line for each row: step, time in ms if there is a time step, values |
    /// | `.h5`, `.hdf5` (feature `hdf5`) | `step`, `value`, whose elements are rows, and, if there is a time step, `dt` in ms |
    /// | `.npz` (feature `npz`) | the same arrays |
    ///
    /// A long run is written while it runs by [`ProbeOptions::to_file`](super::ProbeOptions::to_file).
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
    /// voltage.save(&path)?; // "v.npy"
    /// # std::fs::remove_file(&path)?;
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ProbeError::File`](crate::error::ProbeError) if the file cannot be written, its name says no format, or
    /// the feature of the format is off.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(self.recording.save(path.as_ref())?)
    }

    /// The steps and the rows in memory.
    #[cfg(feature = "plot")]
    pub(crate) fn table(&self) -> (Vec<u64>, ArrayD<T>) {
        let (steps, table) = self.recording.rows();
        let data = self.array(&steps, table);
        (steps, data)
    }

    /// The name of the port or Var, without its process.
    #[cfg(feature = "plot")]
    pub(crate) fn quantity(&self) -> String {
        let label = self.recording.label();
        label
            .rsplit_once('.')
            .map_or(label, |(_, name)| name)
            .to_owned()
    }

    /// The time step of the network, if it has one.
    #[cfg(feature = "plot")]
    pub(crate) fn dt(&self) -> Option<crate::units::Time> {
        self.recording.dt()
    }

    fn array(&self, steps: &[u64], table: NumberTable<T>) -> ArrayD<T> {
        let shape = [&[steps.len()], self.recording.dims().as_slice()].concat();
        ArrayD::from_shape_vec(IxDyn(&shape), table.values).expect("whole rows are recorded")
    }
}

impl<T: Element> Clone for Probe<T> {
    fn clone(&self) -> Self {
        Probe::new(Arc::clone(&self.recording))
    }
}

impl<T: Element> fmt::Debug for Probe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("shape", self.recording.dims())
            .field("steps", &self.recording.own_len())
            .finish()
    }
}
