//! Vars whose element type is forgotten.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{Dims, Element, PersistError, Shard};

use super::new_value::NewValue;
#[cfg(feature = "store")]
use super::owner::ProcessId;
use super::owner::SetVar;
use super::saved_value::SavedValue;
use super::var::VarInner;
#[cfg(feature = "store")]
use crate::schema::{StoredValue, ValueError};

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
    /// Puts what the model of a shard has of the value, for other ranks; `is_put` says whether this rank has put
    /// the whole.
    fn put_slices(
        &self,
        model: &mut dyn Any,
        shard: &Shard,
        is_first: bool,
        is_put: &mut bool,
        bytes: &mut Vec<u8>,
    );
    /// The bytes of the whole, from what all ranks have put.
    fn united(&self, all: &mut dyn Iterator<Item = &[u8]>) -> Result<Vec<u8>, PersistError>;
    /// A value that was saved.
    fn loaded(&self, bytes: &[u8]) -> Result<Box<dyn LoadedValue>, PersistError>;
    /// A value that is set on rank 0, from its bytes.
    fn set_by_rank(&self, bytes: &[u8]) -> Result<Box<dyn SetVar + '_>, PersistError>;
    /// The `Arc<VarInner<T>>` itself.
    fn core(&self) -> &dyn Any;
    /// The value that the network begins with, as a file keeps it; `None` for one that parameters say, unless
    /// it `is_given`.
    #[cfg(feature = "store")]
    fn stored(&self, is_given: bool) -> Result<Option<StoredValue>, ValueError>;
    /// The Var of an inner process for which this one is an alias.
    #[cfg(feature = "store")]
    fn alias(&self) -> Option<(ProcessId, &'static str)>;
    /// Makes this Var an alias for another one. Returns `false`, and does nothing, if its type or shape is
    /// another.
    #[cfg(feature = "store")]
    fn set_alias(&self, process: ProcessId, var: &dyn AnyVar) -> bool;
    /// The `Arc<VarInner<T>>`, for a link from a ref-port.
    #[cfg(feature = "store")]
    fn boxed_core(&self) -> Box<dyn Any + Send + Sync>;
    /// The type of the elements.
    #[cfg(feature = "store")]
    fn element(&self) -> std::any::TypeId;
    /// Other processes may read and write it.
    #[cfg(feature = "store")]
    fn is_shared(&self) -> bool;
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

    fn put_slices(
        &self,
        model: &mut dyn Any,
        shard: &Shard,
        is_first: bool,
        is_put: &mut bool,
        bytes: &mut Vec<u8>,
    ) {
        VarInner::put_slices(self, model, shard, is_first, is_put, bytes);
    }

    fn united(&self, all: &mut dyn Iterator<Item = &[u8]>) -> Result<Vec<u8>, PersistError> {
        VarInner::united(self, all)
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

    fn set_by_rank(&self, bytes: &[u8]) -> Result<Box<dyn SetVar + '_>, PersistError> {
        Ok(Box::new(NewValue::of_bytes(self, bytes)?))
    }

    fn core(&self) -> &dyn Any {
        self
    }

    #[cfg(feature = "store")]
    fn stored(&self, is_given: bool) -> Result<Option<StoredValue>, ValueError> {
        VarInner::stored(self, is_given)
    }

    #[cfg(feature = "store")]
    fn alias(&self) -> Option<(ProcessId, &'static str)> {
        let (process, var) = VarInner::alias(self)?;
        Some((process, var.name))
    }

    #[cfg(feature = "store")]
    fn set_alias(&self, process: ProcessId, var: &dyn AnyVar) -> bool {
        let var = var.core().downcast_ref::<Arc<VarInner<T>>>();
        let var = var.filter(|var| var.known_dims() == self.known_dims());
        if let Some(var) = var {
            VarInner::set_alias(self, process, Arc::clone(var));
        }
        var.is_some()
    }

    #[cfg(feature = "store")]
    fn boxed_core(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(Arc::clone(self))
    }

    #[cfg(feature = "store")]
    fn element(&self) -> std::any::TypeId {
        std::any::TypeId::of::<T>()
    }

    #[cfg(feature = "store")]
    fn is_shared(&self) -> bool {
        self.shared
    }
}
