//! Continually learning prototypes (CLP): neurons that each represent a pattern, and the processes
//! that decide which of them learns.
//!
//! The neurons are [`PrototypeLif`](super::PrototypeLif). [`NoveltyDetector`] reports an input to
//! which no prototype responds. [`Readout`] maps responses to labels and requests a new prototype
//! if a label is wrong; [`Allocator`] numbers prototypes; [`IdBroadcast`] distributes the number.
//! All of them use 32-bit integers. The synapses of the prototypes do not learn yet.
//!
//! Source: Intel's Lava, `lava.proc.clp`.

mod allocator;
mod id_broadcast;
mod novelty_detector;
mod readout;

pub use allocator::{Allocator, AllocatorBuilder};
pub use id_broadcast::{IdBroadcast, IdBroadcastBuilder};
pub use novelty_detector::{NoveltyDetector, NoveltyDetectorBuilder};
pub use readout::{Readout, ReadoutBuilder};
