//! The seed of a process as the initial value of a Var.

use std::sync::{Arc, OnceLock};

use ndarray::{ArrayD, arr0};

use super::init::{IntoInit, SharedValues, Values};
use super::seed::SeedSource;

/// The initial value of a Var that is a seed: it follows from the network's seed and the name of the
/// process, so that the random numbers of two processes differ without anybody choosing seeds.
///
/// ```
/// # mod lava { pub use lava_core::data as process; }
/// use lava::process::{Init, ProcessSeed};
///
/// let seed = Init::<u64>::new(ProcessSeed::default());
/// assert!(seed.shape().is_empty());
/// ```
#[derive(Debug, Default)]
pub struct ProcessSeed(OnceLock<SeedSource>);

impl SharedValues<u64> for ProcessSeed {
    fn shape(&self) -> &[usize] {
        &[]
    }

    fn to_array(&self) -> ArrayD<u64> {
        arr0(self.0.get().map_or(0, SeedSource::seed)).into_dyn()
    }

    fn added(&self, seed: SeedSource) {
        // A value that another process has keeps the seed that it has.
        let _ = self.0.set(seed);
    }
}

#[diagnostic::do_not_recommend]
impl IntoInit<u64> for ProcessSeed {
    fn into_init(self) -> Values<u64> {
        Values::Shared(Arc::new(self))
    }
}
