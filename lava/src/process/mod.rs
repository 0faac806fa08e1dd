//! What is declared: processes, their handles, ports, Vars, shapes and initial values.
//!
//! Here lives everything that `#[process]` generates code against. Nothing here knows how a
//! network is put together or run: a handle reaches its network through a two-method trait.

mod builder;
mod declaration;
mod error;
mod home;
mod init;
mod param;
mod payload;
mod port;
mod remote;
mod shape;
mod values;
mod var;

pub use builder::Assembly;
pub use declaration::{Declaration, Member, MemberKind};
pub use error::{BuildError, VarError};
pub use home::ProcessRef;
pub use init::{Init, IntoInit, Layout, Valid, ValidRange, Values};
pub use param::Param;
pub use payload::{Element, Payload, Spike, Takes, Value};
pub use port::{Delayed, Immediate, InPort, MAX_DELAY, Optional, OutPort};
pub use remote::{RefPort, VarPort};
pub use shape::{AnyShape, D1, D2, D3, D4, Dims, Dyn, Fits, IntoShape, Scalar, Shape};
pub use values::{
    Asynchronous, BuilderValues, ByConfiguration, Choice, ChosenModel, Configured, Detached, Given,
    GivenValues, IsChoice, ProcessBuilder, WithoutShape,
};
pub use var::{Var, VarField};

pub(crate) use builder::{AnyVar, InPortDecl, OutPortDecl, PortKey, RefPortDecl, VarKey};
pub(crate) use home::{Home, Visit};
pub(crate) use var::{Piece, VarCore};

/// A process: the handle that `#[process]` turns a struct into. Cheap to clone, valid for the
/// life of its network.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a process",
    label = "not a process",
    note = "annotate the struct with `#[process]`"
)]
pub trait Process: Clone + Send + Sync + 'static {
    /// What the process declares.
    const DECLARATION: Declaration;
    /// The list of its required in-ports, none of which is fed.
    #[doc(hidden)]
    type Required;
    /// Declares every port, Var and parameter, and makes the handle.
    #[doc(hidden)]
    fn declare(declarations: &mut Assembly) -> Result<Self, BuildError>;
    /// Which process of which network this is.
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
    message = "`{Self}` is not a process",
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
