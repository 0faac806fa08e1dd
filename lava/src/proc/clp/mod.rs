//! Continually learning prototypes (CLP): neurons each of which stands for a pattern, and what
//! decides which of them learns.
//!
//! [`PrototypeLif`] are the neurons. When none of them answers an input, [`NoveltyDetector`] says so.
//! [`Readout`] gives answers their labels and asks for another prototype where a label is wrong;
//! [`Allocator`] numbers prototypes; [`IdBroadcast`] tells them the number. All of them use 32-bit
//! integers. The synapses of the prototypes are ordinary ones, which learn nothing by themselves.
//!
//! Source: Intel's Lava, `lava.proc.clp`.

mod allocator;
mod id_broadcast;
mod novelty_detector;
mod readout;

pub use super::PrototypeLif;
pub use allocator::Allocator;
pub use id_broadcast::IdBroadcast;
pub use novelty_detector::NoveltyDetector;
pub use readout::Readout;
