//! Builders: the values that a process is built with, until the process is declared.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use lava_core::data::{Dims, Init, IntoInit, IntoShape, Shape};

use super::Process;

/// A builder that has everything it must be given. Implemented by `#[process]` and for
/// [`Configured`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a finished builder [E3206]",
    label = "not a finished builder",
    note = "a builder begins with the process, `Lif::shape([3])`; a `…Without_k` lacks `.k(…)`",
    note = "what `add` has returned is in its network already"
)]
pub trait ProcessBuilder: Sized {
    /// The process that is built.
    type Process: Process;
    /// The timing and model that were chosen: a [`Choice`].
    type Choice: IsChoice;
    /// The values that were given.
    fn values(&mut self) -> &mut GivenValues;
}

/// The name, shape, Vars and parameters that a builder was given.
#[doc(hidden)]
#[derive(Default, Debug)]
pub struct GivenValues {
    name: Option<String>,
    shape: Option<Dims>,
    given: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
}

impl GivenValues {
    /// Names the process.
    pub(crate) fn set_name(&mut self, name: String) {
        self.name = Some(name);
    }

    /// The name that was given.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The shape of the population.
    pub(super) fn shape(&self) -> Option<&Dims> {
        self.shape.as_ref()
    }

    /// The value of a Var or parameter.
    pub(super) fn get<X: 'static>(&self, name: &str) -> Option<&X> {
        let (_, value) = self.given.iter().find(|(given, _)| *given == name)?;
        value.downcast_ref()
    }

    /// Removes the value of a Var or parameter.
    pub(super) fn take<X: 'static>(&mut self, name: &str) -> Option<X> {
        let index = self.given.iter().position(|(given, _)| *given == name)?;
        let (_, value) = self.given.swap_remove(index);
        value.downcast().ok().map(|value| *value)
    }

    /// The shape, and the names of what was given.
    #[cfg(feature = "store")]
    pub(super) fn names(&self) -> GivenNames {
        GivenNames {
            shape: self.shape.clone(),
            members: self.given.iter().map(|(name, _)| *name).collect(),
        }
    }

    /// The values of a stored process: boxed, each an `Init<T>` of a Var or an `X` of a parameter.
    #[cfg(feature = "store")]
    pub(crate) fn stored(
        shape: Option<Dims>,
        given: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
    ) -> GivenValues {
        GivenValues {
            name: None,
            shape,
            given,
        }
    }

    fn set<X: Send + Sync + 'static>(&mut self, name: &'static str, value: X) {
        self.given.retain(|(given, _)| *given != name);
        self.given.push((name, Box::new(value)));
    }
}

/// The shape that a builder was given, and the names of the Vars and parameters.
#[cfg(feature = "store")]
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenNames {
    pub(crate) shape: Option<Dims>,
    pub(crate) members: Vec<&'static str>,
}

/// The values in a builder. `M` stands for the builder's type parameters, among them one for each
/// required parameter: [`Given`], or a type that says that it is missing.
#[doc(hidden)]
#[derive(Debug)]
pub struct BuilderValues<M> {
    values: GivenValues,
    parameters: PhantomData<fn() -> M>,
}

impl<M> BuilderValues<M> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> BuilderValues<M> {
        BuilderValues {
            values: GivenValues::default(),
            parameters: PhantomData,
        }
    }

    /// Keeps the shape of the population.
    #[track_caller]
    pub fn shape<S: Shape, N>(mut self, shape: impl IntoShape<S>) -> BuilderValues<N> {
        self.values.shape = Some(shape.into_dims());
        self.with_parameters()
    }

    /// Keeps the value of a Var. The bound `T: Element` is on its declaration alone, or a mistake would
    /// be reported twice.
    #[track_caller]
    pub fn var<T: Send + Sync + 'static, N>(
        mut self,
        name: &'static str,
        value: impl IntoInit<T>,
    ) -> BuilderValues<N> {
        self.values.set(name, Init::new(value));
        self.with_parameters()
    }

    /// Keeps the value of a parameter.
    pub fn param<X: Send + Sync + 'static, N>(
        mut self,
        name: &'static str,
        value: X,
    ) -> BuilderValues<N> {
        self.values.set(name, value);
        self.with_parameters()
    }

    fn with_parameters<N>(self) -> BuilderValues<N> {
        BuilderValues {
            values: self.values,
            parameters: PhantomData,
        }
    }
}

impl<M> Deref for BuilderValues<M> {
    type Target = GivenValues;

    fn deref(&self) -> &GivenValues {
        &self.values
    }
}

impl<M> DerefMut for BuilderValues<M> {
    fn deref_mut(&mut self) -> &mut GivenValues {
        &mut self.values
    }
}

/// State of a required parameter of a builder: it was given.
#[doc(hidden)]
#[derive(Debug)]
pub enum Given {}

/// State of the shape of a builder: it is missing.
#[doc(hidden)]
#[derive(Debug)]
pub enum WithoutShape {}

/// The state of the shape of a builder that was given it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a builder lacks `shape`, which has no default [E3205]",
    label = "`shape` is missing",
    note = "give it: `.shape([3])`"
)]
pub trait WithShape {}

impl WithShape for Given {}

/// A builder with a choice of timing or model, made by the methods of
/// [`Build`](crate::prelude::Build).
#[must_use = "a builder does nothing until it is added to a network"]
pub struct Configured<B, C> {
    builder: B,
    choice: PhantomData<fn() -> C>,
}

impl<B, C> Configured<B, C> {
    pub(crate) fn new(builder: B) -> Configured<B, C> {
        Configured {
            builder,
            choice: PhantomData,
        }
    }
}

impl<B, C> fmt::Debug for Configured<B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configured").finish_non_exhaustive()
    }
}

impl<B: ProcessBuilder, C: IsChoice> ProcessBuilder for Configured<B, C> {
    type Process = B::Process;
    type Choice = C;

    fn values(&mut self) -> &mut GivenValues {
        self.builder.values()
    }
}

/// The timing and the model that a builder has chosen.
#[doc(hidden)]
#[derive(Debug)]
pub struct Choice<Timing = ByConfiguration, Model = ByConfiguration>(
    PhantomData<fn() -> (Timing, Model)>,
);

/// The parts of a [`Choice`].
#[doc(hidden)]
pub trait IsChoice {
    type Timing;
    type Model;
}

impl<T, M> IsChoice for Choice<T, M> {
    type Timing = T;
    type Model = M;
}

/// Timing or model: as the run configuration says.
#[doc(hidden)]
#[derive(Debug)]
pub enum ByConfiguration {}

/// Timing: in steps of its own.
#[doc(hidden)]
#[derive(Debug)]
pub enum Detached {}

/// Timing: without steps.
#[doc(hidden)]
#[derive(Debug)]
pub enum Asynchronous {}

/// Model: `M`, whatever the run configuration would choose.
#[doc(hidden)]
#[derive(Debug)]
pub struct ChosenModel<M>(PhantomData<fn() -> M>);
