//! A sigma-delta network beside the conventional network whose weights it has.
//!
//! `video` is what both are shown, `dense` the conventional network, `network` the sigma-delta
//! one, in floating and in fixed point, `figures` what is compared. The program that uses them is
//! `sigma_delta.rs`.

mod dense;
mod figures;
mod network;
mod video;

pub use dense::{answer, dense};
pub use figures::{Figures, compare};
pub use network::{Corrected, Precision, Settings, SigmaDeltaNetwork};
pub use video::Video;
