//! Protocols: the ways of running models.

use std::sync::Arc;

use lava_core::executor::{ModelRequests, Task};

use super::locals::Locals;

pub(crate) use seal::{Seal, Sealed};

/// The seal of protocols: its names cannot be written outside this crate.
mod seal {
    pub trait Sealed {}

    /// An argument of hidden methods.
    #[derive(Clone, Copy, Debug)]
    pub struct Seal;
}

/// A way of running models: [`Loihi`](super::Loihi), in lockstep, or [`Async`](super::Async),
/// asynchronously. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a protocol [E3104]",
    label = "not a protocol",
    note = "write `protocol = Loihi`, or `protocol = Async`"
)]
pub trait Protocol: Sealed + 'static {
    /// The name, for error messages.
    const NAME: &'static str;
    /// The timing of its models.
    #[doc(hidden)]
    const TIMING: Timing;
}

/// The timing of a model.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// In lockstep with the others.
    Lockstep,
    /// In steps of its own, on a thread of its own, when there are messages for it.
    Detached,
    /// Without steps, on a thread of its own.
    Async,
}

/// A protocol that can run the model `M`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a protocol that could run `{M}` [E3104]",
    label = "not a protocol that could run `{M}`",
    note = "write `protocol = Loihi`, or `protocol = Async`"
)]
pub trait Drives<M>: Protocol {
    /// Wraps a model as a task.
    #[doc(hidden)]
    fn task(model: M, locals: Locals<M>, requests: Arc<ModelRequests>, _: Seal) -> Box<dyn Task>;
}
