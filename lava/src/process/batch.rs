//! The batch of a network: samples that run through it at once, and the extents that they give to ports
//! and Vars.

use std::sync::{Arc, OnceLock};

use lava_core::data::Dims;

/// The number of samples of a network, once it has a batch.
#[derive(Debug, Default)]
pub(crate) struct NetworkBatch(OnceLock<usize>);

impl NetworkBatch {
    /// The number of samples, if the network has a batch.
    pub(crate) fn get(&self) -> Option<usize> {
        self.0.get().copied()
    }

    /// Gives the network a batch. Returns `false` if it has one already.
    pub(crate) fn set(&self, samples: usize) -> bool {
        self.0.set(samples).is_ok()
    }
}

/// The extents of a port or Var: those in a sample, and with the first axis, of samples, that a batch adds.
#[derive(Debug)]
pub(crate) struct Extents {
    sample: Dims,
    /// The batch of the network, unless all samples share the Var.
    batch: Option<Arc<NetworkBatch>>,
    /// With the axis of samples, once there is a batch.
    whole: OnceLock<Dims>,
}

impl Extents {
    /// Extents in one sample. Without a `batch` all samples share them.
    pub(crate) fn new(sample: Dims, batch: Option<Arc<NetworkBatch>>) -> Extents {
        Extents {
            sample,
            batch,
            whole: OnceLock::new(),
        }
    }

    /// The extents in one sample.
    pub(crate) fn sample(&self) -> &Dims {
        &self.sample
    }

    /// The extents of all samples together.
    pub(crate) fn whole(&self) -> &Dims {
        let batch = self.batch.as_ref().and_then(|batch| batch.get());
        match batch {
            None => &self.sample,
            Some(samples) => self
                .whole
                .get_or_init(|| [&[samples], self.sample.as_slice()].concat().into()),
        }
    }

    /// Returns `true` if all samples of a batch share it.
    pub(crate) fn is_shared(&self) -> bool {
        self.batch.is_none()
    }
}
