//! The runtime of `lava`, all of it that runs in threads, on the locks, atomics and threads of
//! `shuttle`: those run one at a time, in an order that is drawn anew for every schedule, and
//! a schedule in which nobody can go on fails.
//!
//! The files are those of the library itself. In place of its processes and models stand those of
//! `model`, whose numbers tell what they have received.

#![allow(dead_code, unreachable_pub, reason = "the library uses all of it")]

#[path = "../../../lava/src/runtime/barrier.rs"]
mod barrier;
#[path = "../../../lava/src/runtime/clock.rs"]
mod clock;
#[path = "../../../lava/src/runtime/crew.rs"]
mod crew;
#[path = "../../../lava/src/runtime/crossing.rs"]
mod crossing;
#[path = "../../../lava/src/runtime/desk.rs"]
mod desk;
#[path = "../../../lava/src/runtime/error.rs"]
mod error;
#[path = "../../../lava/src/runtime/exchange.rs"]
mod exchange;
#[path = "../../../lava/src/runtime/floor.rs"]
mod floor;
#[path = "../../../lava/src/runtime/gate.rs"]
mod gate;
#[path = "../../../lava/src/runtime/hand.rs"]
mod hand;
#[path = "../../../lava/src/runtime/hub.rs"]
mod hub;
#[path = "../../../lava/src/runtime/meter.rs"]
mod meter;
#[path = "../../../lava/src/runtime/shared.rs"]
mod shared;
#[path = "../../../lava/src/runtime/solo.rs"]
mod solo;

mod alone;
mod check;
mod compiler;
mod in_step;
mod mixed;
mod model;
mod process;
mod sync;

/// What a model returns where it fails.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}")]
    Model(&'static str),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

type Result<T, E = Error> = std::result::Result<T, E>;
