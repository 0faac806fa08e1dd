//! Convolutions over two spatial axes, and over time.
//!
//! A [`Window`] says how a kernel moves over its input; [`Conv`] and [`SumPool`] are computed input
//! by input or output by output, whichever suits a message. Nothing here knows how synapses are
//! kept one by one, but for [`Synapses::from_conv`](super::Synapses::from_conv).

mod convolution;
mod geometry;
mod in_time;
mod kernel;
mod pool;
mod process;
mod synapses;

pub use geometry::{ConvError, Window};
pub use in_time::ConvInTime;
pub use pool::SumPool;
pub use process::Conv;
pub use synapses::TensorOrder;
