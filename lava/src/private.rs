//! Names that the macros generate code against. Not for use by hand: they change without notice.
//!
//! The module's name carries the version of `lava-macros`, so that macros and library of two
//! versions do not compile together: an expansion then names a module that does not exist. It
//! changes with the version.

pub use crate::model::{
    AnyTag, Binder, Blueprint, Cpu, HasModel, Hole, Local, Models, absent,
};
pub use crate::network::{
    Complete, Fed, Gathered, Here, Hierarchical, Network, Next, Problems, RequiredMark, Unfed,
    Within, add, add_timed, both, breaks_loop, builds, complete, feed, inner, nothing, wiring,
};
pub use crate::process::{
    Assembly, BuildError, BuilderValues, Choice, Declaration, Delayed, Dims, Dyn, Element, Given,
    GivenValues, Init, IntoInit, IntoShape, IsProcess, Member, Payload, Process, ProcessBuilder,
    ProcessRef, Scalar, Valid, WithoutShape,
};
pub use crate::{Error, Result};
