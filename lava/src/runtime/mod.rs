//! Plan → running workers.
//!
//! A worker runs its list of models once per step, without locks, queues or allocation. Workers
//! wait for each other where a message crosses between them within a step, and meet once at the
//! end of every phase. What its models cost shows only when they run: the `balancer` has them
//! measured, and go to another worker between two steps. Nothing here knows what a graph means; the
//! only `unsafe` is in `shared`.
//!
//! Models that run by themselves have a thread each. They and the one worker that exchanges messages
//! with them wait for each other at the `hub`, which sees when nothing can happen any more; what a
//! step needs before it begins is at the `gate`.
//!
//! How threads wait for each other is checked under model checkers, with a pause, a stop, an error or
//! a panic at any point (`tests/interleavings`), on real threads, and for what stays behind
//! (`tests/suite/interruptions.rs`, `tests/suite/soak.rs`).

mod balancer;
mod barrier;
mod build;
mod clock;
mod condition;
mod crew;
mod crossing;
mod desk;
mod engine;
mod error;
mod exchange;
mod floor;
mod gate;
mod hand;
mod hub;
mod meter;
mod shared;
mod solo;
pub(crate) mod sync;

pub use condition::{RunCondition, RunContinuous, RunSteps};
pub use desk::Activity;
pub use error::RunError;

pub(crate) use clock::Clock;
pub(crate) use crossing::{AnyQueue, Carrier, Inlet, Queue};
pub(crate) use engine::Engine;
pub(crate) use floor::{Floor, Recorder};
pub(crate) use gate::Door;
pub(crate) use hub::{Feeds, Hub, Waited};
pub(crate) use shared::{AnyOutlet, Outlet, Rows, Writer};
