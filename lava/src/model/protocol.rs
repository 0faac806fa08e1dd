//! Protocols: in which order the phases of a step run, and what a model must implement for it.

use std::sync::Arc;

use lava_core::executor::{ModelRequests, Task};

/// A way of running models: [`Loihi`], in step, or [`Async`](super::Async), each by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a protocol",
    label = "not a protocol",
    note = "write `protocol = Loihi`, or `protocol = Async`"
)]
pub trait Protocol: 'static {
    /// The name, for error messages.
    const NAME: &'static str;
    /// How models keep time.
    #[doc(hidden)]
    const TIMING: Timing;
}

/// How a model keeps time.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// In step with all others that are.
    Lockstep,
    /// In steps of its own, on a thread of its own, when there are messages for it.
    Detached,
    /// As it likes, on a thread of its own.
    Async,
}

/// The protocol `Self` can run the model `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a protocol that could run `{M}`",
    label = "not a protocol that could run `{M}`",
    note = "write `protocol = Loihi`, or `protocol = Async`"
)]
pub trait Drives<M>: Protocol {
    /// The out-ports into which the model only adds.
    #[doc(hidden)]
    fn adds_to() -> &'static [&'static str];
    /// Wraps a model for the runtime.
    #[doc(hidden)]
    fn task(model: M, reset: fn(&mut M), requests: Arc<ModelRequests>) -> Box<dyn Task>;
}
