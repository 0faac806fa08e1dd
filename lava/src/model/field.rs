//! Fields of a model, bound to the members of its process.

use lava_core::data::{Element, FromInit, Init, Payload, Scalar, Shape};
use ndarray::{ArcArray, Array, ArrayD, Ix1, Ix2, Ix3, Ix4, IxDyn};

use super::async_port::{AsyncIn, AsyncOut};
use super::asynchronous::Async;
use super::binder::Binder;
use super::column_major::ColumnMajor;
use super::context::Context;
use super::delay_line::DelayLine;
use super::in_port::In;
use super::loihi::Loihi;
use super::per_neuron::PerNeuron;
use super::port::Out;
use super::var_ref::{Exposed, VarRef};
use crate::process::{InPort, OutPort, Param, RefPort, TimeStep, Var, VarPort};

/// The type of a field that holds the process's member `M` in a model under the protocol `P`.
///
/// | member | field |
/// |---|---|
/// | `InPort<T>` | [`In<T>`]; under [`Async`], [`AsyncIn<T>`] |
/// | `OutPort<T>` | [`Out<T>`]; under `Async`, [`AsyncOut<T>`] |
/// | `RefPort<T>` | [`VarRef<T>`] |
/// | `VarPort<T>` | [`Exposed`] |
/// | `Var<T>` | `ArrayD<T>`, or `Array1<T>` … `Array4<T>` |
/// | | `Vec<T>`, in row-major order |
/// | | `ArcArray<T, IxDyn>`, shared with the initial value until it is written |
/// | | [`PerNeuron<T>`], [`ColumnMajor<T>`], [`DelayLine<T>`] |
/// | | [`Init<T>`]: the value as it was given, for models that derive others from it |
/// | `Var<T, Scalar>` | `T` |
/// | `Param<X>` | `X` or `Param<X>` |
/// | `Param<TimeStep>` | `f64`: the time step in ms |
#[diagnostic::on_unimplemented(
    message = "the process declares a `{M}`, which a model under `{P}` cannot keep in a field of type `{Self}` [E3103]",
    label = "does not fit the process's `{M}`",
    note = "`InPort<T>` is bound by `In<T>`, `OutPort<T>` by `Out<T>`, `RefPort<T>` by `VarRef<T>`, `VarPort<T>` by `Exposed`, `Var<T>` by `ArrayD<T>` or `PerNeuron<T>`, a scalar `Var<T, Scalar>` by the number itself, `T`, and `Param<X>` by `X`",
    note = "under `Async`, `InPort<T>` is bound by `AsyncIn<T>` and `OutPort<T>` by `AsyncOut<T>`"
)]
pub trait ModelField<M, P>: Sized {
    /// Makes the field.
    #[doc(hidden)]
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self>;

    /// Attaches the member to the field of the model with the index `field`.
    #[doc(hidden)]
    fn attach(name: &'static str, field: usize, binder: &mut Binder<'_>) {
        let _ = (name, field, binder);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S: 'static, R: 'static> ModelField<InPort<T, S, R>, Loihi> for In<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.in_port::<T, S, R>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S: 'static, L: 'static> ModelField<OutPort<T, S, L>, Loihi> for Out<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.out_port::<T, S, L>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S: 'static, R: 'static> ModelField<InPort<T, S, R>, Async> for AsyncIn<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.async_in::<T, S, R>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S: 'static, L: 'static> ModelField<OutPort<T, S, L>, Async> for AsyncOut<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.async_out::<T, S, L>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S: 'static> ModelField<RefPort<T, S>, Loihi> for VarRef<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.ref_port::<T, S>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T, S> ModelField<VarPort<T, S>, Loihi> for Exposed {
    fn bind(_: &'static str, _: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(Exposed)
    }
}

/// A parameter that a model keeps by value.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a model cannot keep the value of a `{Self}`, whose type is not `Clone` [E3103]",
    label = "not `Clone`",
    note = "keep it as `{Self}`, which all models share, or derive `Clone`"
)]
pub trait ClonedParam<X> {
    fn cloned(&self) -> X;
}

#[diagnostic::do_not_recommend]
impl<X: Clone> ClonedParam<X> for Param<X> {
    fn cloned(&self) -> X {
        X::clone(self)
    }
}

impl<X: Send + Sync + 'static, P> ModelField<Param<X>, P> for X
where
    Param<X>: ClonedParam<X>,
{
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.member::<Param<X>>(name).cloned())
    }
}

#[diagnostic::do_not_recommend]
impl<X: Send + Sync + 'static, P> ModelField<Param<X>, P> for Param<X> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.member::<Param<X>>(name).clone())
    }
}

/// In ms.
#[diagnostic::do_not_recommend]
impl<P> ModelField<Param<TimeStep>, P> for f64 {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        let step = **binder.member::<Param<TimeStep>>(name);
        Ok(binder.time_step.resolve(binder.process, step)?)
    }
}

macro_rules! var_field {
    ([$($generics:tt)*] $field:ty: Var<$element:ty, $shape:ty>) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*, P> ModelField<Var<$element, $shape>, P> for $field {
            fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
                let (init, dims) = binder.init::<$element, $shape>(name);
                binder.check_rank(name, &dims, <Self as FromInit<$element>>::RANK)?;
                Ok(Self::from_init(&init, &dims))
            }

            fn attach(name: &'static str, field: usize, binder: &mut Binder<'_>) {
                binder.attach::<$element, $shape, Self>(name, field);
            }
        }
    };
}

var_field!([T: Element] T: Var<T, Scalar>);
var_field!([T: Element, S: Shape] ArrayD<T>: Var<T, S>);
var_field!([T: Element, S: Shape] Vec<T>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix1>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix2>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix3>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix4>: Var<T, S>);
var_field!([T: Element, S: Shape] ArcArray<T, IxDyn>: Var<T, S>);
var_field!([T: Element, S: Shape] PerNeuron<T>: Var<T, S>);
var_field!([T: Element, S: Shape] ColumnMajor<T>: Var<T, S>);
var_field!([T: Element, S: Shape] DelayLine<T>: Var<T, S>);
var_field!([T: Element, S: Shape] Init<T>: Var<T, S>);

/// A field of the model that is no member of the process: `#[local]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default value to start a `#[local]` field with [E3108]",
    label = "not a default value",
    note = "a model keeps no handle of a process: the members of its own process are its fields, and it reaches Vars of others by a `RefPort`",
    note = "derive `Default`, or say how it starts: `#[local(init = …)]`"
)]
pub trait Local: Sized {
    fn local(binder: &mut Binder<'_>) -> Self;
    fn reset(&mut self);
}

impl<T: Default> Local for T {
    fn local(_: &mut Binder<'_>) -> T {
        T::default()
    }

    fn reset(&mut self) {
        *self = T::default();
    }
}

impl Local for Context {
    fn local(binder: &mut Binder<'_>) -> Context {
        binder.context()
    }

    fn reset(&mut self) {}
}
