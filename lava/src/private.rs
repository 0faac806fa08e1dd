pub use crate::__storable_rule as storable_rule;
pub use crate::error::BuildError;
pub use crate::graph::{
    Composite, Export, ExportBinder, ModelOf, ModelSpec, OnlyModelUnlessTaggedOrAlternative,
    WithoutFields, check_exports, export, export_both, unexported,
};
pub use crate::model::{
    HasMember, Local, LocalProbe, Locals, MemberProbe, MemberType, NoMember, SavedLocal,
    UnknownMember, UnsavedLocal, check_field, check_members, has_member, unreachable_value,
};
pub use crate::network::typestate::{
    Complete, Here, Next, RequiredMark, Unfed, add, add_timed, breaks_loop, builds, complete,
    configured, exports_input, exports_output, exports_same, feed, inputs,
};
pub use crate::network::{AnyTag, Cpu, Network, Problems};
pub use crate::proc::equations;
pub use crate::proc::learning::LearningRule;
pub use crate::process::declarations::{Declarations, ready};
pub use crate::process::values::{
    BuilderValues, Choice, Given, GivenValues, ProcessBuilder, WithShape, WithoutShape,
};
pub use crate::process::{
    Constraint, Declaration, Delayed, DelayedUnit, Dyn, Element, Fed, InUnit, Init, IntoInit,
    IntoShape, IsProcess, Member, OutUnit, Payload, Process, ProcessRef, Requirement, Scalar,
    TakesFrom, TakesRecords, Value,
};
pub use crate::{Error, Result};
