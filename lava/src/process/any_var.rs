//! Vars whose element type is forgotten.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{Dims, Element, PersistError, Shard};

use super::saved_value::SavedValue;
use super::var::VarInner;

/// A [`VarInner`] whose element type is forgotten.
pub(crate) trait AnyVar: Send + Sync {
    fn name(&self) -> &'static str;
    /// The extents in one sample of a batch.
    fn sample_dims(&self) -> &Dims;
    /// Returns `true` if all samples of a batch share the value.
    fn is_shared_by_samples(&self) -> bool;
    /// The extents, unless an initial value has to be made for them.
    fn known_dims(&self) -> Option<&Dims>;
    /// The size that it is expected to have; makes no initial value.
    fn expected_size(&self) -> VarSize;
    fn reset(&self, model: &mut dyn Any, shard: &Shard);
    /// The form in which a snapshot keeps the value in a model.
    fn kept(&self, model: &mut dyn Any, shard: &Shard) -> KeptForm;
    /// The number by which a snapshot knows the initial value, if it can.
    fn fingerprint(&self) -> Option<u64>;
    /// The type and the extents, as a snapshot names them.
    fn layout(&self) -> String;
    /// Writes a shard's slice of the value to its place in the bytes of the whole.
    fn save(&self, model: &mut dyn Any, shard: &Shard, whole: &mut Vec<u8>);
    /// A value that was saved.
    fn loaded(&self, bytes: &[u8]) -> Result<Box<dyn LoadedValue>, PersistError>;
    /// The `Arc<VarInner<T>>` itself.
    fn core(&self) -> &dyn Any;
}

/// The expected size of a Var.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VarSize {
    /// The number of elements.
    pub(crate) elements: usize,
    /// The memory of its values.
    pub(crate) bytes: u64,
    /// The part of that memory that has to be allocated.
    pub(crate) new_bytes: u64,
    /// Its values are made when they are needed.
    pub(crate) is_deferred: bool,
}

/// The form in which a snapshot keeps a Var.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptForm {
    /// Its elements.
    Elements,
    /// Its initial value, known by this number.
    Initial(u64),
    /// None: it is in no model.
    Nothing,
}

/// A value of a Var that was saved.
pub(crate) trait LoadedValue {
    /// Returns `true` if the model of a shard has another value.
    fn differs(&self, model: &mut dyn Any, shard: &Shard) -> bool;
    /// Writes the value to the model of a shard.
    fn write(&self, model: &mut dyn Any, shard: &Shard);
}

impl<T: Element> AnyVar for Arc<VarInner<T>> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn sample_dims(&self) -> &Dims {
        VarInner::sample_dims(self)
    }

    fn is_shared_by_samples(&self) -> bool {
        VarInner::is_shared_by_samples(self)
    }

    fn known_dims(&self) -> Option<&Dims> {
        VarInner::known_dims(self)
    }

    fn expected_size(&self) -> VarSize {
        VarInner::expected_size(self)
    }

    fn reset(&self, model: &mut dyn Any, shard: &Shard) {
        VarInner::reset(self, model, shard);
    }

    fn kept(&self, model: &mut dyn Any, shard: &Shard) -> KeptForm {
        VarInner::kept(self, model, shard)
    }

    fn fingerprint(&self) -> Option<u64> {
        self.initial().fingerprint()
    }

    fn layout(&self) -> String {
        format!("{} {}", T::layout(), VarInner::dims(self))
    }

    fn save(&self, model: &mut dyn Any, shard: &Shard, whole: &mut Vec<u8>) {
        VarInner::save(self, model, shard, whole);
    }

    fn loaded(&self, bytes: &[u8]) -> Result<Box<dyn LoadedValue>, PersistError> {
        Ok(Box::new(SavedValue::new(self, bytes)?))
    }

    fn core(&self) -> &dyn Any {
        self
    }
}
