//! Behaviour: models, their ports and fields, and protocols.
//!
//! `#[implements]` generates code against this module. A model sees its own fields and nothing of the
//! network around it.

mod async_port;
mod asynchronous;
pub(crate) mod binder;
mod column_major;
mod context;
mod delay_line;
mod error;
mod field;
mod loihi;
mod per_neuron;
mod port;
mod protocol;
mod shardable;
mod simd;
mod var_ref;

pub use async_port::{AsyncIn, AsyncOut};
pub use asynchronous::{Async, AsyncModel};
pub use binder::{Binder, MemberSlot, unreachable_value};
pub use column_major::ColumnMajor;
pub use context::Context;
pub use delay_line::DelayLine;
pub use error::PortError;
pub use field::{Local, ModelField};
pub use lava_core::data::{BLOCK, FromInit, Spikes};
pub use lava_core::executor::{AsyncRun, ModelRequests, Phase, RemoteVars, Selectable, Task};
pub use loihi::{Loihi, LoihiModel};
pub use per_neuron::PerNeuron;
pub use port::{FutureSums, In, Out};
pub use protocol::{Drives, Protocol, Timing};
pub use shardable::Shardable;
pub use var_ref::{Exposed, VarRef};

pub(crate) use binder::{AsyncInput, AsyncWiring};
pub(crate) use protocol::Seal;
pub(crate) use var_ref::ErasedVarLink;
