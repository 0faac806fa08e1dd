//! What behaves: models, their ports and fields, protocols, and the choice between models.
//!
//! Here lives everything that `#[implements]` generates code against. A model sees its own
//! fields and nothing of the network around it.

mod async_port;
mod asynchronous;
mod binder;
mod choice;
mod column_major;
mod config;
mod context;
mod delay_line;
mod error;
mod feed;
mod field;
mod per_neuron;
mod port;
mod protocol;
mod remote;
mod shard;
mod vector;

pub use async_port::{AsyncIn, AsyncOut, Receive, Receives};
pub use asynchronous::{Async, AsyncModel, Run};
pub use binder::{Binder, Hole, absent};
pub use choice::{Build, Builds};
pub use column_major::ColumnMajor;
pub use config::{
    AnyTag, Blueprint, Cpu, FixedPt, FloatingPt, HasModel, Loihi1SimCfg, Loihi2SimCfg, Models,
    Overrides, RunConfig,
};
pub use context::{Context, Wishes};
pub use delay_line::DelayLine;
pub use error::PortError;
pub use feed::Converts;
pub use field::{FromInit, Local, ModelField};
pub use per_neuron::{BLOCK, PerNeuron};
pub use port::{Ahead, In, Out, Spikes};
pub use protocol::{Loihi, LoihiModel, Node, Pace, Phase, Protocol, Runs};
pub use remote::{Lent, Ref, Remote};
pub use shard::Splittable;

pub(crate) use binder::Alone;
pub(crate) use config::{Make, OverrideTable};
pub(crate) use feed::{Connection, FeedMaker};
pub(crate) use protocol::request;
pub(crate) use remote::{AnyLink, Lend};
pub(crate) use shard::{Shard, rest};
