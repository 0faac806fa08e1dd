//! Declarations: processes, their handles, ports, Vars and builders.
//!
//! `#[process]` generates code against this module. It does not know how a network is built or run: a
//! handle reaches its network through the trait `Owner`.

mod any_var;
mod batch;
mod declaration;
pub(crate) mod declarations;
pub(crate) mod error;
mod gathered_value;
mod new_value;
mod owner;
mod param;
mod port;
mod ref_port;
mod requirement;
mod saved_value;
#[cfg(feature = "store")]
mod stored_var;
mod time_step;
pub(crate) mod values;
mod var;

pub use declaration::{Declaration, Member, MemberKind};
pub use declarations::Declarations;
pub use lava_core::data::{
    AcceptsPayload, AcceptsShape, AnyShape, Checksum, Constraint, ConstraintRange, Converts, D1,
    D2, D3, D4, Dims, Dyn, Element, ExpectedSize, FromInit, Init, IntoInit, IntoSelection,
    IntoShape, Payload, ProcessSeed, Scalar, SeedSource, Selection, Shape, SharedValues, Spike,
    TakesRecords, Value, Values, VarField,
};
pub use owner::ProcessRef;
pub use param::Param;
pub use port::{
    Delayed, DelayedUnit, Immediate, InPort, InUnit, MAX_DELAY, Optional, OutPort, OutUnit,
    TakesFrom, TakesUnit,
};
pub use ref_port::{RefPort, VarPort};
#[doc(hidden)]
pub use requirement::Fed;
pub use requirement::{NotRequired, Required, Requirement};
pub use time_step::TimeStep;
pub use values::{
    Asynchronous, ByConfiguration, Choice, ChosenModel, Configured, Detached, Given, WithoutShape,
};
pub use var::Var;

pub(crate) use any_var::{AnyVar, KeptForm, LoadedValue, VarSize};
pub(crate) use batch::NetworkBatch;
pub(crate) use declarations::{InPortDecl, OutPortDecl, PortKey, RefPortDecl, VarKey};
pub(crate) use owner::{Owner, ProcessId, PutShard, SetVar, Visit};
pub(crate) use port::PortIndex;
#[cfg(feature = "store")]
pub(crate) use stored_var::{element_name, init_of};
pub(crate) use time_step::{NetworkTimeStep, are_equal};
#[cfg(feature = "store")]
pub(crate) use values::{GivenNames, GivenValues};
pub(crate) use var::VarInner;

use error::BuildError;

/// The width up to which names are aligned in tables, in characters. Users and files give names, and these may be longer
/// than what `format!` can pad, which is 65,535.
pub(crate) const WIDEST_NAME: usize = 100;

/// A process: the handle that `#[process]` turns a struct into. Cheap to clone, valid for the
/// life of its network.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a process [E3104]",
    label = "not a process",
    note = "annotate the struct with `#[process]`"
)]
pub trait Process: Clone + Send + Sync + 'static {
    /// The ports, Vars and parameters that the process declares.
    const DECLARATION: Declaration;
    /// The list of its required in-ports, none of which is fed.
    #[doc(hidden)]
    type Required;
    /// Declares every port, Var and parameter, and makes the handle.
    #[doc(hidden)]
    fn declare(declarations: &mut Declarations) -> Result<Self, BuildError>;
    /// The process within its network.
    #[doc(hidden)]
    fn process_ref(&self) -> &ProcessRef;
    /// The name of this process in its network.
    fn name(&self) -> &str {
        &self.process_ref().name
    }
}

/// The process itself: `#[implements]` names it through this, so that what is no process is
/// reported in these words, without a list of those that are.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a process [E3104]",
    label = "not a process",
    note = "annotate the struct with `#[process]`"
)]
pub trait IsProcess {
    type Handle;
}

#[diagnostic::do_not_recommend]
impl<P: Process> IsProcess for P {
    type Handle = P;
}
