//! Behaviour: models, their ports and fields, and protocols.
//!
//! `#[implements]` generates code against this module. A model sees its own fields and nothing of the
//! network around it.
//!
//! A process and its model can be generic in the type of their numbers, a [`Value`]:
//!
//! ```
//! use std::ops::Mul;
//!
//! use lava::prelude::*;
//! use lava::proc::{Sink, Source};
//!
//! /// Multiplies by a factor.
//! #[process]
//! pub struct Gain<T: Value> {
//!     a_in: InPort<T>,
//!     a_out: OutPort<T>,
//!     #[var(scalar)]
//!     factor: Var<T>,
//! }
//!
//! #[implements(proc = Gain<T>, protocol = Loihi)]
//! struct GainModel<T: Value + Mul<Output = T>> {
//!     a_in: In<T>,
//!     a_out: Out<T>,
//!     factor: T,
//! }
//!
//! impl<T: Value + Mul<Output = T>> LoihiModel for GainModel<T> {
//!     fn run_spk(&mut self) -> lava::Result<()> {
//!         let factor = self.factor;
//!         let values: Vec<T> = self.a_in.recv_slice().iter().map(|v| *v * factor).collect();
//!         self.a_out.send_slice(&values)
//!     }
//! }
//!
//! # fn main() -> lava::Result<()> {
//! let net = Network::<Loihi1SimCfg>::new();
//! let source: Source<i32> = net.add(Source::data([[1], [2]]))?;
//! let gain: Gain<i32> = net.add(Gain::builder().shape([1]).factor(3))?;
//! let sink: Sink<i32> = net.add(Sink::shape([1]).steps(2))?;
//! source.s_out.connect(&gain.a_in)?;
//! gain.a_out.connect(&sink.a_in)?;
//! net.run(RunSteps(2))?;
//! assert_eq!(sink.data.get()?, ndarray::arr2(&[[3], [6]]).into_dyn());
//! # net.stop()
//! # }
//! ```
//!
//! [`Value`]: crate::process::Value

mod async_port;
mod asynchronous;
pub(crate) mod binder;
mod column_major;
mod context;
mod delay_line;
pub(crate) mod error;
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
