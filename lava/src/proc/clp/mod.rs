//! The parts of a continual learner that are not neurons with learning rules: what notices new
//! patterns, reads out labels and allocates prototypes.
//!
//! Continually learning prototypes (CLP) are neurons each of which stands for a pattern. When none
//! of them answers an input, [`NoveltyDetector`] says so. [`Readout`] gives answers their labels
//! and asks for another prototype where a label is wrong; [`Allocator`] numbers prototypes;
//! [`IdBroadcast`] tells them the number. All of them use 32-bit integers.
//!
//! Source: Intel's Lava, `lava.proc.clp`.

mod allocator;
mod id_broadcast;
mod novelty_detector;
mod readout;

pub use allocator::Allocator;
pub use id_broadcast::IdBroadcast;
pub use novelty_detector::NoveltyDetector;
pub use readout::Readout;
