//! The layers below `lava`: locks, data, the transport of messages, and the executor of tasks.
//!
//! | layer | holds | names |
//! |---|---|---|
//! | [`sync`] | locks, atomics, channels, threads: the standard library's, or a model checker's | – |
//! | [`data`] | elements, payloads, shapes, initial values, shards, index maps | – |
//! | [`transport`] | step clocks, message rings, bounded queues, the coordinator | `sync`, `data` |
//! | [`executor`] | tasks, phases, requests; workers, barrier, step loop | `sync`, `transport` |
//!
//! This crate is a part of `lava` and not meant to be used without it: what users need of it is
//! re-exported there, and the rest changes without notice. Safe functions of [`transport`] and
//! [`executor`] rely on the schedule that `lava` computes; their invariants are written at the head of
//! `transport/ring.rs` and `executor/tasks.rs`.

pub mod data;
pub mod executor;
pub mod sync;
pub mod transport;
