//! Options of probes.

use std::path::{Path, PathBuf};

use lava_core::data::{Persist, PersistError};

use super::error::ProbeError;
use super::files::FileFormat;

/// The options of a probe, given to [`Network::probe_with`](crate::Network::probe_with). Without any
/// it records every step and keeps all rows in memory, as [`Network::probe`](crate::Network::probe)
/// does.
///
/// ```
/// use lava::monitor::ProbeOptions;
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([100]).bias_mant(1.0).vth(1e6))?;
/// let options = ProbeOptions::new().every(10).last(3);
/// let voltage = net.probe_with(&lif.v.select([7, 99]), &options)?;
/// net.run(RunSteps(95))?;
/// assert_eq!(voltage.time_steps(), [70, 80, 90]);
/// assert_eq!(voltage.data().shape(), [3, 2]);
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOptions {
    every: u64,
    last: Option<usize>,
    file: Option<PathBuf>,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        ProbeOptions {
            every: 1,
            last: None,
            file: None,
        }
    }
}

impl ProbeOptions {
    /// No options.
    pub fn new() -> ProbeOptions {
        ProbeOptions::default()
    }

    /// Records in time steps that are multiples of `steps` only, at least 1: with 10, in steps 10, 20,
    /// 30, …, whenever the probe was added. Default: 1.
    #[must_use]
    pub fn every(mut self, steps: u64) -> ProbeOptions {
        self.every = steps;
        self
    }

    /// Keeps the last `rows` recorded steps in memory, at least 1, and drops those before. Memory
    /// is reserved before the run. Default: all, or with [`to_file`](ProbeOptions::to_file) none.
    #[must_use]
    pub fn last(mut self, rows: usize) -> ProbeOptions {
        self.last = Some(rows);
        self
    }

    /// Writes the recording to a file while the network runs, and keeps no rows in memory unless
    /// [`last`](ProbeOptions::last) says so. The file is created by `probe_with`, in place of one
    /// that exists; [`Network::reset`](crate::Network::reset) empties it. Rows are written in
    /// batches; at the end of each run the file is complete. The ending of the name says its format:
    ///
    /// | file | contents | completing it |
    /// |---|---|---|
    /// | `.npy` | records: `step`, a `u64`, and `value` in the shape of the Var or port; of spikes `step` and `neuron`, a `u32` | takes no time |
    /// | `.csv` | a line for each record: step, time in ms if the network has a time step, values or neuron | takes no time |
    /// | `.h5`, `.hdf5` (feature `hdf5`) | `step`, `value` or `neuron`, and, if there is a time step, `dt` in ms, compressed; an element of `value` is a row | writes the last chunk of 64 KiB |
    /// | `.npz` (feature `npz`) | the same arrays | compresses all of it, from files beside it |
    ///
    /// For many short runs take one of the first two. Numbers are little-endian, in row-major order.
    ///
    /// An error of the file ends the run, and names it. [`save`](super::Probe::save) keeps an older file until the new one
    /// is whole; this does not.
    #[must_use]
    pub fn to_file(mut self, path: impl AsRef<Path>) -> ProbeOptions {
        self.file = Some(path.as_ref().to_owned());
        self
    }

    /// The steps from one row to the next.
    pub(super) fn interval(&self) -> u64 {
        self.every
    }

    /// The largest number of rows that are kept in memory.
    pub(super) fn kept_rows(&self) -> usize {
        let default = if self.file.is_some() { 0 } else { usize::MAX };
        self.last.unwrap_or(default)
    }

    /// Appends what other ranks need to know: a file is not among it.
    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        (self.every, self.last).save(bytes);
    }

    /// Takes options from the beginning of `bytes`.
    pub(super) fn take(bytes: &mut &[u8]) -> Result<ProbeOptions, PersistError> {
        let (every, last) = Persist::load(bytes)?;
        let file = None;
        Ok(ProbeOptions { every, last, file })
    }

    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Checks the options; fails with an error that names the `target`.
    pub(super) fn check(&self, target: &str) -> Result<(), ProbeError> {
        let target = || target.to_owned();
        if self.every == 0 {
            return Err(ProbeError::EveryZero { target: target() });
        }
        if self.last == Some(0) {
            return Err(ProbeError::LastZero { target: target() });
        }
        let format = self.file.as_deref().map(FileFormat::of).transpose();
        format.map(drop).map_err(|reason| ProbeError::FileName {
            target: target(),
            path: self
                .file
                .iter()
                .map(|file| file.display().to_string())
                .collect(),
            reason,
        })
    }
}
