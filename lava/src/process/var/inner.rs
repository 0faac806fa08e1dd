//! Vars without their network.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use lava_core::data::{
    Constraint, Dims, Element, ExpectedSize, Init, Shard, VarError, VarField, VarSlice,
};
use lava_core::sync::{Mutex, MutexGuard, lock};

use crate::process::any_var::VarSize;
use crate::process::batch::Extents;
use crate::process::owner::ProcessId;

/// Finds a Var's field in a model.
pub(crate) type Locate<T> =
    Arc<dyn for<'m> Fn(&'m mut dyn Any) -> &'m mut (dyn VarField<T> + 'm) + Send + Sync>;

/// A Var without its network: declaration, initial value, and the place of its field in the model.
pub(crate) struct VarInner<T> {
    pub(crate) name: &'static str,
    extents: VarExtents<T>,
    constraint: Constraint<T>,
    /// Other processes may read and write it.
    pub(crate) shared: bool,
    state: Mutex<VarInnerState<T>>,
}

/// The extents of a Var, and their origin.
enum VarExtents<T> {
    Known(Extents),
    /// The extents of an initial value that is made when it is needed.
    Deferred {
        value: Init<T>,
        dims: OnceLock<Dims>,
    },
}

struct VarInnerState<T> {
    init: Init<T>,
    locate: Option<Locate<T>>,
    /// The Var of an inner process for which this one is an alias.
    alias: Option<(ProcessId, Arc<VarInner<T>>)>,
    /// Every shard holds a slice, rather than the whole Var.
    is_sharded: bool,
}

/// An access to a field and the slice of the Var that it holds.
pub(in crate::process) type Access<'a, T> = dyn FnMut(&mut dyn VarField<T>, &VarSlice) + 'a;

impl<T> VarInner<T> {
    /// The extents, unless an initial value has to be made for them.
    pub(crate) fn known_dims(&self) -> Option<&Dims> {
        match &self.extents {
            VarExtents::Known(extents) => Some(extents.whole()),
            VarExtents::Deferred { dims, .. } => dims.get(),
        }
    }

    /// The extents, as `Debug` prints them; makes no initial value.
    pub(crate) fn dims_text(&self) -> String {
        self.known_dims()
            .map_or_else(|| "[_]".to_owned(), Dims::to_string)
    }
}

impl<T: Element> VarInner<T> {
    pub(crate) fn new(
        name: &'static str,
        extents: Extents,
        init: Init<T>,
        constraint: Constraint<T>,
        shared: bool,
    ) -> Self {
        VarInner::with_extents(name, VarExtents::Known(extents), init, constraint, shared)
    }

    /// A Var with the shape of `value`, which is made when it is needed. It is the initial value
    /// unless a number for all elements is `given`.
    pub(crate) fn deferred(
        name: &'static str,
        value: Init<T>,
        given: Option<Init<T>>,
        constraint: Constraint<T>,
        shared: bool,
    ) -> Self {
        let init = given.unwrap_or_else(|| value.clone());
        let dims = OnceLock::new();
        VarInner::with_extents(
            name,
            VarExtents::Deferred { value, dims },
            init,
            constraint,
            shared,
        )
    }

    fn with_extents(
        name: &'static str,
        extents: VarExtents<T>,
        init: Init<T>,
        constraint: Constraint<T>,
        shared: bool,
    ) -> Self {
        VarInner {
            name,
            extents,
            constraint,
            shared,
            state: Mutex::new(VarInnerState {
                init,
                locate: None,
                alias: None,
                is_sharded: false,
            }),
        }
    }

    /// The extents; makes an initial value that they depend on.
    pub(crate) fn dims(&self) -> &Dims {
        match &self.extents {
            VarExtents::Known(extents) => extents.whole(),
            VarExtents::Deferred { value, dims } => dims.get_or_init(|| Dims::from(value.shape())),
        }
    }

    /// The extents in one sample of a batch.
    pub(crate) fn sample_dims(&self) -> &Dims {
        match &self.extents {
            VarExtents::Known(extents) => extents.sample(),
            VarExtents::Deferred { .. } => self.dims(),
        }
    }

    /// Returns `true` if all samples of a batch share the value.
    pub(crate) fn is_shared_by_samples(&self) -> bool {
        match &self.extents {
            VarExtents::Known(extents) => extents.is_shared(),
            VarExtents::Deferred { .. } => true,
        }
    }

    /// The size that the Var is expected to have; makes no initial value.
    pub(crate) fn expected_size(&self) -> VarSize {
        let len = match &self.extents {
            VarExtents::Known(extents) => Some(extents.whole().len()),
            VarExtents::Deferred { dims, .. } => dims.get().map(Dims::len),
        };
        let init = self.lock().init.clone();
        let is_deferred = init.is_deferred();
        let ExpectedSize { values, bytes } = init.expected_size(len);
        let elements = len.unwrap_or(values);
        VarSize {
            elements,
            bytes: if is_deferred {
                bytes
            } else {
                (elements * size_of::<T>()) as u64
            },
            new_bytes: bytes,
            is_deferred,
        }
    }

    /// Makes an initial value that the extents depend on.
    pub(crate) fn prepare(&self) -> Result<(), VarError> {
        match &self.extents {
            VarExtents::Known(_) => Ok(()),
            VarExtents::Deferred { value, .. } => value.prepare(),
        }
    }

    /// Makes this Var an alias for `var` of another process.
    pub(crate) fn set_alias(&self, process: ProcessId, var: Arc<VarInner<T>>) {
        self.lock().alias = Some((process, var));
    }

    /// Returns the process and the Var for which this one is an alias.
    pub(crate) fn alias(&self) -> Option<(ProcessId, Arc<VarInner<T>>)> {
        self.lock().alias.clone()
    }

    /// Sets whether every shard holds a slice, rather than the whole Var.
    pub(crate) fn set_sharded(&self, is_sharded: bool) {
        self.lock().is_sharded = is_sharded;
    }

    /// The initial value of a shard's slice, and the extents of that slice.
    pub(crate) fn init(&self, shard: &Shard) -> (Init<T>, Dims) {
        let state = self.lock();
        let slice = self.slice(&state, shard);
        (state.init.slice(self.dims(), &slice), slice.dims)
    }

    /// The slice of the Var that a shard holds.
    pub(crate) fn slice_of(&self, shard: &Shard) -> VarSlice {
        self.slice(&self.lock(), shard)
    }

    fn slice(&self, state: &VarInnerState<T>, shard: &Shard) -> VarSlice {
        let is_slice = match shard.samples {
            Some(_) => !self.is_shared_by_samples(),
            None => state.is_sharded,
        };
        if is_slice {
            VarSlice {
                elements: shard.elements(self.dims()),
                dims: shard.dims(self.dims()),
            }
        } else {
            self.whole()
        }
    }

    fn whole(&self) -> VarSlice {
        VarSlice {
            elements: 0..self.dims().len(),
            dims: self.dims().clone(),
        }
    }

    /// Moves the Var into the models: `locate` finds its field there from now on.
    pub(crate) fn bind(&self, locate: Locate<T>) {
        self.lock().locate = Some(locate);
    }

    /// Calls `read` with the field in the model of a shard, or with the initial value if there is no
    /// model.
    pub(in crate::process) fn read(
        &self,
        model: Option<(&mut dyn Any, &Shard)>,
        read: &mut Access<'_, T>,
    ) {
        if let Some((model, shard)) = model
            && self.with_field(model, shard, read)
        {
            return;
        }
        let mut init = self.lock().init.clone();
        read(&mut init, &self.whole());
    }

    /// Calls `access` with the field in the model of a shard, without the lock: the field may be a
    /// type of the user. Returns `false` if the Var is not in the model.
    pub(in crate::process) fn with_field(
        &self,
        model: &mut dyn Any,
        shard: &Shard,
        access: &mut Access<'_, T>,
    ) -> bool {
        let (locate, slice) = {
            let state = self.lock();
            (state.locate.clone(), self.slice(&state, shard))
        };
        if let Some(locate) = &locate {
            access(locate(model), &slice);
        }
        locate.is_some()
    }

    /// The initial value.
    pub(crate) fn initial(&self) -> Init<T> {
        self.lock().init.clone()
    }

    /// Returns `true` if the values from which the extents follow are others than the initial value.
    #[cfg(feature = "store")]
    pub(in crate::process) fn is_replaced(&self, init: &Init<T>) -> bool {
        match &self.extents {
            VarExtents::Known(_) => false,
            VarExtents::Deferred { value, .. } => !init.is_same(value),
        }
    }

    /// Replaces the initial value; returns the one before.
    pub(in crate::process) fn replace_initial(&self, value: Init<T>) -> Init<T> {
        std::mem::replace(&mut self.lock().init, value)
    }

    /// Writes the initial value into the field in `model`.
    pub(crate) fn reset(&self, model: &mut dyn Any, shard: &Shard) {
        let init = self.lock().init.clone();
        self.with_field(model, shard, &mut |field, slice| {
            field.write(&init.slice(self.dims(), slice), &slice.dims);
        });
    }

    /// Copies the field in `model`, of extents `dims`, to `out`. Returns `false` if other ranks have some of
    /// the elements.
    pub(crate) fn copy_to(&self, model: &mut dyn Any, dims: &Dims, out: &mut [T]) -> bool {
        let locate = self.lock().locate.clone();
        locate.is_none_or(|locate| {
            let field = locate(model);
            field.copy_to(out, dims);
            !field.is_partial()
        })
    }

    /// Replaces the field in `model`, which holds the whole Var, by `values` in row-major order.
    pub(crate) fn copy_from(&self, model: &mut dyn Any, values: &[T]) {
        let locate = self.lock().locate.clone();
        if let Some(locate) = locate {
            locate(model).copy_from(values, self.dims());
        }
    }

    /// Checks a value that the user sets.
    pub(super) fn check(&self, value: &Init<T>) -> Result<(), VarError> {
        value.check(self.dims(), &self.constraint)
    }

    /// Checks values that another process writes.
    pub(crate) fn accepts(&self, values: &[T]) -> Result<(), VarError> {
        match self.constraint.offending(values) {
            None => Ok(()),
            Some(value) => Err(VarError::Written {
                value: format!("{value:?}"),
                rule: self.constraint.rule().to_owned(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VarInnerState<T>> {
        lock(&self.state)
    }
}
