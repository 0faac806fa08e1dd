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
//! # A model for all floats, and one for integers
//!
//! Models of `Gain<T>` for several types must not overlap. Rust cannot know that a trait of another
//! crate will never be implemented for `i32`; of a trait of your own it does:
//!
//! ```
//! use lava::prelude::*;
//!
//! trait Float: Value {}
//! impl Float for f32 {}
//! impl Float for f64 {}
//!
//! #[process]
//! pub struct Gain<T: Value> {
//!     a_in: InPort<T>,
//!     #[var(init = T::ZERO)]
//!     v: Var<T>,
//! }
//!
//! #[implements(proc = Gain<T>, protocol = Loihi)]
//! #[tag(FloatingPt)]
//! struct GainFloat<T: Float> {
//!     a_in: In<T>,
//!     v: Vec<T>,
//! }
//! # impl<T: Float> LoihiModel for GainFloat<T> {}
//!
//! #[implements(proc = Gain<i32>, protocol = Loihi)]
//! #[tag(FixedPt)]
//! struct GainFixed {
//!     a_in: In<i32>,
//!     v: Vec<i32>,
//! }
//! # impl LoihiModel for GainFixed {}
//! ```
//!
//! # Shards
//!
//! A model that is marked `#[implements(…, shardable)]` can be sharded: the compiler cuts a process
//! that would leave other workers idle. A shard is a model instance that sees its neurons' slice of
//! every port and Var: the leading axes, whose product is the population, become one axis of the
//! shard's length; trailing axes are unchanged. Scalar Vars, parameters, and the members named in
//! `replicated(…)` are whole in every shard. The rest of the network does not see the difference.
//!
//! The results must not depend on the sharding. That holds if neurons do not depend on each other,
//! and random numbers are functions of a neuron's index in the whole population, which
//! [`Context::neurons`] gives. A model changes replicated members in every shard alike.
//!
//! A process is sharded only if all of its out-ports, and the in-ports that are not replicated,
//! have the same number of elements: its population.
//!
//! ```
//! use lava::prelude::*;
//!
//! /// Adds what its neurons receive, and a share of the sum over all neurons of `field_in`.
//! #[process]
//! pub struct Pool {
//!     a_in: InPort<f32>,
//!     field_in: InPort<f32>,
//!     #[var(init = 0.0)]
//!     v: Var<f32>,
//! }
//!
//! #[implements(proc = Pool, protocol = Loihi, shardable, replicated(field_in))]
//! struct PoolModel {
//!     a_in: In<f32>,
//!     field_in: In<f32>,
//!     v: Vec<f32>,
//! }
//!
//! impl LoihiModel for PoolModel {
//!     fn run_spk(&mut self) -> lava::Result<()> {
//!         let field: f32 = self.field_in.recv_slice().iter().sum();
//!         let neurons = self.v.iter_mut().zip(self.a_in.recv_slice());
//!         neurons.for_each(|(v, a)| *v += a + 0.1 * field);
//!         Ok(())
//!     }
//! }
//! ```
//!
//! # Batches
//!
//! In a network with a [batch](crate::Network::set_batch) a model says how it takes one; a network with another
//! is refused, by the name of the process.
//!
//! - `#[implements(…, per_sample)]`: each sample has a model of its own, which sees its part of every port and of
//!   the Vars that each sample has, and knows of no batch. It does not change Vars that all share. A model that
//!   is `shardable` is one of these if each sample has all of its Vars that are arrays.
//! - `#[implements(…, batch)]`: a model computes several samples, the first axis of its ports and Vars, and can
//!   read what all share once for all of them: [`Context::samples`] is their number. Where neurons do not
//!   depend on each other, and nothing on their indices, it is the same code.
//!
//! Each sample has the Vars of the population's shape; `#[var(shape = …, per_sample)]` says it of another.
//!
//! ```
//! use lava::prelude::*;
//!
//! /// Adds what its neurons receive.
//! #[process]
//! pub struct Adder {
//!     a_in: InPort<f32>,
//!     #[var(init = 0.0)]
//!     sum: Var<f32>,
//! }
//!
//! #[implements(proc = Adder, protocol = Loihi, batch)]
//! struct AdderModel {
//!     a_in: In<f32>,
//!     sum: Vec<f32>,
//! }
//!
//! impl LoihiModel for AdderModel {
//!     fn run_spk(&mut self) -> lava::Result<()> {
//!         let neurons = self.sum.iter_mut().zip(self.a_in.recv_slice());
//!         neurons.for_each(|(sum, a)| *sum += a);
//!         Ok(())
//!     }
//! }
//! # fn main() -> lava::Result<()> {
//! let net = Network::<Loihi1SimCfg>::new();
//! let adder: Adder = net.add(Adder::shape([2]))?;
//! net.set_batch(3)?;
//! net.run(RunSteps(1))?;
//! assert_eq!(adder.sum.shape(), [3, 2]);
//! # net.stop()
//! # }
//! ```
//!
//! # Silent neurons
//!
//! [`Sleep`] leaves out blocks of neurons that are at rest, with the same results. [`EventDriven`] computes
//! single neurons when something arrives, for models that implement [`ClosedForm`].
//!
//! # Adding to one accumulator
//!
//! `#[implements(…, adds_to(a_out))]` names out-ports into which the model only *adds*, element by
//! element, by [`Out::accumulate`]. If such ports have an in-port as their only target, and the same
//! delay, they share one accumulator, and none needs a buffer that is cleared and summed. They add
//! in the order in which their processes run in a step. Such a port cannot `send`, and cannot be
//! probed.
//!
//! [`Value`]: crate::process::Value

mod async_port;
mod asynchronous;
pub(crate) mod binder;
mod column_major;
mod context;
mod delay_line;
pub(crate) mod error;
mod event_driven;
mod field;
mod in_port;
mod joint;
mod locals;
mod loihi;
pub(crate) mod members;
mod message_array;
mod per_neuron;
mod port;
mod protocol;
mod simd;
mod sleep;
mod sums;
mod var_ref;

pub use async_port::{AsyncIn, AsyncOut};
pub use asynchronous::{Async, AsyncModel};
pub use binder::{Binder, MemberSlot, unreachable_value};
pub use column_major::ColumnMajor;
pub use context::Context;
pub use delay_line::DelayLine;
pub use event_driven::{ClosedForm, EventDriven, Update};
pub use field::{Local, ModelField};
pub use in_port::In;
pub use lava_core::data::{
    BLOCK, FromInit, Persist, PersistError, Spikes, StateReader, StateWriter,
};
pub use lava_core::executor::{AsyncRun, ModelRequests, Phase, RemoteVars, Selectable, Task};
pub use locals::{LocalProbe, LocalVisit, Locals, SavedLocal, UnsavedLocal};
pub use loihi::{Loihi, LoihiModel};
pub use members::{
    HasMember, MemberProbe, MemberType, NoMember, UnknownMember, check_field, check_members,
    has_member,
};
pub use message_array::MessageArray;
pub use per_neuron::PerNeuron;
pub use port::{FutureSums, Out, SparseSums, SumsMessages};
pub use protocol::{Drives, Protocol, Timing};
pub use sleep::{Arrive, AwakeBlocks, Sleep, StepState, without_sleep};
pub use sums::{SumBlocks, Sums};
pub use var_ref::{Exposed, VarRef};

pub(crate) use binder::{AsyncInput, AsyncWiring};
pub(crate) use joint::{JointPlace, Place};
pub(crate) use lava_core::transport::JointWriter;
pub(crate) use protocol::Seal;
pub(crate) use simd::{COUNTERS, PHILOX, RANKED, Simd, Thresholds, vector_bytes};
pub(crate) use var_ref::ErasedVarLink;
