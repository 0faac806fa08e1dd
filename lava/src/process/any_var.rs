//! Vars whose element type is forgotten.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{Dims, Element, Shard};

use super::var::VarInner;

/// A [`VarInner`] whose element type is forgotten.
pub(crate) trait AnyVar: Send + Sync {
    fn name(&self) -> &'static str;
    fn dims(&self) -> &Dims;
    /// The extents, unless an initial value has to be made for them.
    fn known_dims(&self) -> Option<&Dims>;
    /// The size that it is expected to have; makes no initial value.
    fn expected_size(&self) -> VarSize;
    fn reset(&self, model: &mut dyn Any, shard: &Shard);
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

impl<T: Element> AnyVar for Arc<VarInner<T>> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn dims(&self) -> &Dims {
        VarInner::dims(self)
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

    fn core(&self) -> &dyn Any {
        self
    }
}
