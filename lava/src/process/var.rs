//! Vars: the state of a process, read and written between runs.

mod inner;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ndarray::ArrayD;

use lava_core::data::{AnyShape, Dyn, Element, Init, IntoInit, VarError, VarField, VarSlice};

use super::new_value::NewValue;
use super::owner::ProcessRef;
use crate::{Error, Result};
pub(crate) use inner::VarInner;

/// A variable of a process's state: declared as a field `v: Var<f32>` of a `#[process]`.
///
/// `T` is the [`Element`], `S` the shape: [`Dyn`] unless the declaration gives another. A Var is read
/// and written by [`get`](Var::get) and [`set`](Var::set): before the first run they concern the
/// initial value, between runs the field of the model. After `stop` they fail.
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

    /// Returns the present value: the initial one before the first run, the model's afterwards.
    ///
    /// It is a number for a scalar Var, otherwise an [`ArrayD`] of the Var's shape (an `Array1` …
    /// `Array4` if the type knows the shape).
    ///
    /// # Errors
    /// [`VarError::Running`] during a run, [`VarError::Stopped`] after `stop`, [`VarError::Busy`] from
    /// code that the network calls, [`VarError::Unavailable`] if the initial value cannot be made.
    pub fn get(&self) -> Result<S::Array<T>> {
        let target = self.resolved();
        target.core.prepare().map_err(|cause| self.error(cause))?;
        let dims = target.core.dims();
        if target.process.owner.is_on_ranks()
            && let Some(values) = target.gathered().map_err(|cause| self.error(cause))?
        {
            let value = ArrayD::from_shape_vec(dims.as_slice(), values);
            return Ok(S::array(value.expect("the slices make the whole Var")));
        }
        let (mut whole, mut slices) = (None, Vec::new());
        let mut read = |field: &mut dyn VarField<T>, slice: &VarSlice| {
            if slice.elements.len() == dims.len() {
                let value = field.read(&slice.dims);
                // The only sample of a batch may be kept without its axis.
                let shaped = match slice.dims == *dims {
                    true => Ok(value),
                    false => value.into_shape_with_order(dims.as_slice()),
                };
                whole = Some(shaped.expect("a slice has as many elements as its extents say"));
            } else {
                slices.resize(dims.len(), T::default());
                field.copy_to(&mut slices[slice.elements.clone()], &slice.dims);
            }
        };
        let ProcessRef { owner, id, .. } = &target.process;
        owner
            .with_models(*id, &mut |model| target.core.read(model, &mut read))
            .map_err(|cause| self.error(cause))?;
        let value = whole.map_or_else(|| ArrayD::from_shape_vec(dims.as_slice(), slices), Ok);
        Ok(S::array(value.expect("the slices make the whole Var")))
    }

    /// Replaces the value: one number for all elements, or an array that broadcasts to the
    /// Var's shape. The model is told by its `on_var_update`.
    ///
    /// # Errors
    /// [`VarError::Shape`] and [`VarError::Value`] if the Var does not accept the value,
    /// [`VarError::Refused`] if the model's `on_var_update` fails, [`VarError::Running`] during a run,
    /// [`VarError::Stopped`] after `stop`, [`VarError::Busy`] from code that the network calls. The Var
    /// keeps its value.
    #[track_caller]
    pub fn set(&self, value: impl IntoInit<T>) -> Result<()> {
        self.try_set(Init::new(value))
            .map_err(|cause| self.error(cause))
    }

    fn try_set(&self, value: Init<T>) -> Result<(), VarError> {
        let Var { process, core, .. } = self.resolved();
        core.prepare()?;
        self.core.check(&value)?;
        if !Arc::ptr_eq(&core, &self.core) {
            core.check(&value)?;
        }
        let mut new = NewValue::new(&core, value);
        process.owner.update_var(process.id, &mut new)
    }

    /// The Var for which this one is an alias (see [`SubModel`](crate::network::SubModel)), or
    /// itself.
    pub(crate) fn resolved(&self) -> Var<T, S> {
        let mut var = self.clone();
        while let Some((process, core)) = var.core.alias() {
            let process = var.process.owner.process(process);
            var = Var::new(process, core);
        }
        var
    }

    /// The shape; `[]` for a scalar Var. If it is the shape of an initial value that is made when it
    /// is needed, and is not known before, the value is made now; `[0]` if that fails.
    pub fn shape(&self) -> &[usize] {
        self.core.dims().as_slice()
    }

    fn error(&self, cause: VarError) -> Error {
        Error::Var {
            process: self.process.name.to_string(),
            var: self.core.name,
            cause,
        }
    }
}

impl<T, S> Var<T, S> {
    /// `process.var`
    pub(crate) fn label(&self) -> String {
        format!("{}.{}", self.process.name, self.core.name)
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

/// The values of Vars, which are printed; a handle `V` is not. Nothing implements it for a Var, whose
/// [`Var::get`] returns its value.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{V}` is a handle, which is not printed [E3206]",
    label = "the handle, not its value",
    note = "print the value: `println!(\"{{}}\", lif.v.get()?)`"
)]
pub trait Prints<V> {}

/// The value of a Var.
#[doc(hidden)]
#[derive(Debug)]
pub enum VarValue {}

impl<T, S> fmt::Display for Var<T, S>
where
    VarValue: Prints<Var<T, S>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}
