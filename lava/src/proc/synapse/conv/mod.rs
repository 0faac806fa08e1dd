//! Convolutions over two spatial axes, and over time.
//!
//! A [`Window`] describes the movement of a kernel over its input. [`Conv`] and [`SumPool`] scatter
//! inputs to outputs or gather outputs from inputs, whichever suits a message.
//! [`Synapses::from_conv`](super::Synapses::from_conv) lists the synapses of a convolution.

mod convolution;
mod geometry;
mod in_time;
mod kernel;
mod pool;
mod process;
mod synapses;

pub use geometry::{ConvError, Window};
pub use in_time::{ConvInTime, ConvInTimeBuilder};
pub use pool::{SumPool, SumPoolBuilder};
pub use process::{Conv, ConvBuilder};
pub use synapses::TensorOrder;
