//! Vars: the state of a process, readable and writable between runs.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use ndarray::ArrayD;

use lava_core::data::{
    AnyShape, Constraint, Dims, Dyn, Element, Init, IntoInit, Shard, VarError, VarField, VarSlice,
};
use lava_core::sync::{Mutex, MutexGuard, lock};

use super::owner::{ProcessId, ProcessRef};
use crate::{Error, Result};

/// A piece of a process's state: declared as a field `v: Var<f32>` of a `#[process]`.
///
/// [`get`](Var::get) and [`set`](Var::set) work before the first run, where they concern the
/// initial value, and between runs, where they reach into the model. After `stop` they fail.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([3]).vth(10.0).bias_mant(3.0))?;
/// assert_eq!(lif.v.get()?, ndarray::arr1(&[0.0, 0.0, 0.0]).into_dyn());
/// net.run(RunSteps(1))?;
/// assert_eq!(lif.v.get()?, ndarray::arr1(&[3.0, 3.0, 3.0]).into_dyn());
/// lif.v.set([1.0, 2.0, 3.0])?;
/// lif.v.set(0.0)?; // one number fills the Var
/// # net.stop()
/// # }
/// ```
pub struct Var<T, S = Dyn> {
    pub(crate) process: ProcessRef,
    pub(crate) core: Arc<VarInner<T>>,
    shape: PhantomData<fn() -> S>,
}

impl<T: Element, S: AnyShape> Var<T, S> {
    pub(crate) fn new(process: ProcessRef, core: Arc<VarInner<T>>) -> Var<T, S> {
        Var {
            process,
            core,
            shape: PhantomData,
        }
    }

    /// The present value: the initial one before the first run, the model's own afterwards.
    ///
    /// Returns a number for a scalar Var, an [`ArrayD`] otherwise (an `Array1` … `Array4` where
    /// the type knows the shape).
    ///
    /// # Errors
    /// [`VarError::Running`] during a run, [`VarError::Stopped`] after `stop`,
    /// [`VarError::Unavailable`] if the initial value cannot be made.
    pub fn get(&self) -> Result<S::Array<T>> {
        let this = self.resolved();
        this.core.prepare().map_err(|cause| self.error(cause))?;
        let dims = this.core.dims();
        let (mut whole, mut pieces) = (None, Vec::new());
        this.visit(
            &mut |field, piece| match piece.elements.len() == dims.len() {
                true => whole = Some(field.read(dims)),
                false => {
                    let start = pieces.len();
                    pieces.resize(start + piece.elements.len(), T::default());
                    field.copy_to(&mut pieces[start..], &piece.dims);
                }
            },
        )?;
        let joined = || ArrayD::from_shape_vec(dims.as_slice(), pieces);
        let value = whole.map_or_else(joined, Ok);
        Ok(S::array(value.expect("a visit reads the whole Var")))
    }

    /// Replaces the value: one number for all elements, or an array that broadcasts to the
    /// Var's shape.
    ///
    /// # Errors
    /// [`VarError::Shape`] and [`VarError::Value`] where the value does not fit,
    /// [`VarError::Running`] during a run, [`VarError::Stopped`] after `stop`. The Var then keeps
    /// its value.
    #[track_caller]
    pub fn set(&self, value: impl IntoInit<T>) -> Result<()> {
        let value = Init::new(value);
        let this = self.resolved();
        this.core.prepare().map_err(|cause| self.error(cause))?;
        value
            .check(self.core.dims(), &self.core.valid)
            .and_then(|()| value.check(this.core.dims(), &this.core.valid))
            .map_err(|cause| self.error(cause))?;
        let dims = this.core.dims();
        this.visit(&mut |field, piece| {
            let value = value.piece(dims, &piece.elements, &piece.dims);
            field.write(&value, &piece.dims);
        })?;
        this.process
            .owner
            .var_changed(this.process.id, this.core.name)
            .map_err(|cause| self.error(cause))
    }

    /// The Var that this one stands for, or itself: see
    /// [`SubModel`](crate::network::SubModel).
    pub(crate) fn resolved(&self) -> Var<T, S> {
        let mut var = self.clone();
        while let Some((process, core)) = var.core.alias() {
            let process = var.process.owner.process(process);
            var = Var::new(process, core);
        }
        var
    }

    /// The shape: `[]` for a scalar Var. If it is the shape of an initial value that is made when it
    /// is needed, the value is made now; `[0]` if that fails.
    pub fn shape(&self) -> &[usize] {
        self.core.dims().as_slice()
    }

    fn visit(&self, act: &mut Act<'_, T>) -> Result<()> {
        self.process
            .owner
            .with_models(self.process.id, &mut |model| self.core.visit(model, act))
            .map_err(|cause| self.error(cause))
    }

    fn error(&self, cause: VarError) -> Error {
        Error::Var {
            process: self.process.name.to_string(),
            var: self.core.name,
            cause,
        }
    }
}

impl<T, S> Clone for Var<T, S> {
    fn clone(&self) -> Self {
        Var {
            process: self.process.clone(),
            core: Arc::clone(&self.core),
            shape: PhantomData,
        }
    }
}

impl<T, S> fmt::Debug for Var<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{} {}",
            self.process.name,
            self.core.name,
            self.core.dims_text()
        )
    }
}

impl<T, S> fmt::Display for Var<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.process.name, self.core.name)
    }
}

/// Finds a Var's field in a model.
pub(crate) type Locate<T> =
    Box<dyn for<'m> Fn(&'m mut dyn Any) -> &'m mut (dyn VarField<T> + 'm) + Send + Sync>;

/// What a Var is, apart from the network it belongs to.
pub(crate) struct VarInner<T> {
    pub(crate) name: &'static str,
    extents: Extents<T>,
    pub(crate) valid: Constraint<T>,
    /// Whether other processes may read and write it.
    pub(crate) shared: bool,
    state: Mutex<VarInnerState<T>>,
}

/// The extents of a Var.
enum Extents<T> {
    Known(Dims),
    /// The extents of an initial value that is made when it is needed.
    Deferred {
        value: Init<T>,
        dims: OnceLock<Dims>,
    },
}

struct VarInnerState<T> {
    init: Init<T>,
    locate: Option<Locate<T>>,
    /// The process and the Var that this one stands for.
    alias: Option<(ProcessId, Arc<VarInner<T>>)>,
    /// Whether every shard has a piece of its own, rather than the whole.
    cut: bool,
}

/// Acts on a model's field and the piece of the Var that it holds.
type Act<'a, T> = dyn FnMut(&mut dyn VarField<T>, &VarSlice) + 'a;

impl<T> VarInner<T> {
    /// The extents as `Debug` prints them: makes nothing that is put off.
    pub(crate) fn dims_text(&self) -> String {
        let dims = match &self.extents {
            Extents::Known(dims) => Some(dims),
            Extents::Deferred { dims, .. } => dims.get(),
        };
        dims.map_or_else(|| "[_]".to_owned(), Dims::to_string)
    }
}

impl<T: Element> VarInner<T> {
    pub(crate) fn new(
        name: &'static str,
        dims: Dims,
        init: Init<T>,
        valid: Constraint<T>,
        shared: bool,
    ) -> Self {
        VarInner::with_extents(name, Extents::Known(dims), init, valid, shared)
    }

    /// A Var with the shape of `value`, which is made when it is needed. It is the initial value
    /// unless a number for all elements is `given`.
    pub(crate) fn deferred(
        name: &'static str,
        value: Init<T>,
        given: Option<Init<T>>,
        valid: Constraint<T>,
        shared: bool,
    ) -> Self {
        let init = given.unwrap_or_else(|| value.clone());
        let dims = OnceLock::new();
        VarInner::with_extents(name, Extents::Deferred { value, dims }, init, valid, shared)
    }

    fn with_extents(
        name: &'static str,
        extents: Extents<T>,
        init: Init<T>,
        valid: Constraint<T>,
        shared: bool,
    ) -> Self {
        VarInner {
            name,
            extents,
            valid,
            shared,
            state: Mutex::new(VarInnerState {
                init,
                locate: None,
                alias: None,
                cut: false,
            }),
        }
    }

    /// The extents; makes an initial value that they depend on.
    pub(crate) fn dims(&self) -> &Dims {
        match &self.extents {
            Extents::Known(dims) => dims,
            Extents::Deferred { value, dims } => dims.get_or_init(|| Dims::from(value.shape())),
        }
    }

    /// Makes an initial value that the extents depend on.
    pub(crate) fn prepare(&self) -> Result<(), VarError> {
        match &self.extents {
            Extents::Known(_) => Ok(()),
            Extents::Deferred { value, .. } => value.prepare(),
        }
    }

    /// Makes this Var stand for one of another process.
    pub(crate) fn set_alias(&self, process: ProcessId, var: Arc<VarInner<T>>) {
        self.lock().alias = Some((process, var));
    }

    /// The process and the Var that this one stands for, if it does.
    pub(crate) fn alias(&self) -> Option<(ProcessId, Arc<VarInner<T>>)> {
        self.lock().alias.clone()
    }

    /// Says whether every shard has a piece of its own.
    pub(crate) fn set_sharded(&self, cut: bool) {
        self.lock().cut = cut;
    }

    /// The initial value of a shard's piece, and the extents of that piece.
    pub(crate) fn init(&self, shard: &Shard) -> (Init<T>, Dims) {
        let state = self.lock();
        let VarSlice { elements, dims } = self.piece(&state, shard);
        (state.init.piece(self.dims(), &elements, &dims), dims)
    }

    /// The piece of the Var that a shard holds.
    fn piece(&self, state: &VarInnerState<T>, shard: &Shard) -> VarSlice {
        match state.cut {
            true => VarSlice {
                elements: shard.elements(self.dims()),
                dims: shard.dims(self.dims()),
            },
            false => VarSlice {
                elements: 0..self.dims().len(),
                dims: self.dims().clone(),
            },
        }
    }

    /// Called when a model is bound: from then on the Var lives in the model.
    pub(crate) fn bind(&self, locate: Locate<T>) {
        self.lock().locate = Some(locate);
    }

    /// Acts on the Var in `model`, or on the initial value where there is no model.
    pub(crate) fn visit(&self, model: Option<(&mut dyn Any, &Shard)>, act: &mut Act<'_, T>) {
        let mut state = self.lock();
        if let (Some((model, shard)), Some(locate)) = (model, &state.locate) {
            act(locate(model), &self.piece(&state, shard));
            return;
        }
        let all = VarSlice {
            elements: 0..self.dims().len(),
            dims: self.dims().clone(),
        };
        act(&mut state.init, &all);
    }

    /// Gives the Var in `model` its initial value again.
    pub(crate) fn reset(&self, model: &mut dyn Any, shard: &Shard) {
        let state = self.lock();
        if let Some(locate) = &state.locate {
            let VarSlice { elements, dims } = self.piece(&state, shard);
            locate(model).write(&state.init.piece(self.dims(), &elements, &dims), &dims);
        }
    }

    /// The elements of the Var that a shard holds, in row-major order, and their extents.
    pub(crate) fn slice_of(&self, shard: &Shard) -> VarSlice {
        self.piece(&self.lock(), shard)
    }

    /// Copies the piece of the Var in `model` to `out`.
    pub(crate) fn copy_to(&self, model: &mut dyn Any, piece: &Dims, out: &mut [T]) {
        let state = self.lock();
        if let Some(locate) = &state.locate {
            locate(model).copy_to(out, piece);
        }
    }

    /// Replaces the Var in `model` by values in row-major order.
    pub(crate) fn copy_from(&self, model: &mut dyn Any, values: &[T]) {
        let state = self.lock();
        if let Some(locate) = &state.locate {
            locate(model).copy_from(values, self.dims());
        }
    }

    /// Fails where a value is not allowed.
    pub(crate) fn accepts(&self, values: &[T]) -> Result<(), VarError> {
        match self.valid.offending(values) {
            None => Ok(()),
            Some(value) => Err(VarError::Written {
                value: format!("{value:?}"),
                rule: self.valid.rule().to_owned(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VarInnerState<T>> {
        lock(&self.state)
    }
}
