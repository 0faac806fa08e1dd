//! Linear maps without a delay.

mod kernel;
mod operator;
mod process;

pub use operator::{LinearMapError, Operator};
pub use process::{LinearMap, LinearMapBuilder};
