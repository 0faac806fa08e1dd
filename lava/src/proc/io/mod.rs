//! Where data enters and leaves a network: ring buffers.

mod sink;
mod source;

pub use sink::Sink;
pub use source::Source;
