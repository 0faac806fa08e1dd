//! The layers below `lava`: locks, data, the transport of messages, and the executor of tasks.
//!
//! | layer | holds | names |
//! |---|---|---|
//! | [`files`] | files that are read, and that take the place of older ones | – |
//! | [`sync`] | locks, atomics, channels, threads: the standard library's, or a model checker's | – |
//! | [`data`] | elements, payloads, shapes, initial values, shards, index maps | – |
//! | [`transport`] | step clocks, message rings, bounded queues, the coordinator | `sync`, `data` |
//! | [`executor`] | tasks, phases, requests; workers, barrier, step loop | `sync`, `transport` |
//! | [`lifecycle`] | the stage of a network, and the threads that change it | `sync`, `executor` |
//!
//! This crate is published as a part of `lava` only. `lava` re-exports its public items; the rest is no
//! API and changes without notice. Safe functions of [`transport`] and [`executor`] rely on the plan
//! that `lava` computes: the heads of `transport/ring.rs` and `executor/tasks.rs` list the invariants.

pub mod data;
pub mod executor;
pub mod files;
pub mod lifecycle;
pub mod sync;
pub mod transport;
