pub use crate::graph::{
    Composite, Export, ExportBinder, HasModel, ModelOf, ModelSpec, export, export_both, unexported,
};
pub use crate::model::{Local, MemberSlot, unreachable_value};
pub use crate::network::typestate::{
    Complete, Fed, Here, Next, RequiredMark, Unfed, add, add_timed, breaks_loop, builds, complete,
    feed, wiring,
};
pub use crate::network::{AnyTag, Cpu, Network, Problems};
pub use crate::process::{
    BuildError, BuilderValues, Choice, Constraint, Declaration, Declarations, Delayed, Dyn,
    Element, Given, GivenValues, Init, IntoInit, IntoShape, IsProcess, Member, Payload, Process,
    ProcessBuilder, ProcessRef, Scalar, WithoutShape,
};
pub use crate::{Error, Result};
