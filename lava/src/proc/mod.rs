//! The library: ready-made processes, a file each, with their models beside them.
//!
//! Written with the public macros and the public API alone; nothing here has a private hook into
//! the runtime.

mod dense;
pub mod io;
mod lif;
pub mod synapse;
mod weights;

pub use dense::Dense;
pub use io::{Sink, Source};
pub use lif::{Lif, Membrane};
pub use synapse::Sparse;
pub use weights::{Message, SignMode, Weight};
