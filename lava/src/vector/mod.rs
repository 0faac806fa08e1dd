//! Computing with vectors: networks written as equations.
//!
//! | written | what it is |
//! |---|---|
//! | `&y << &x;` | `y` receives what `x` sends, one step later |
//! | `w * &x` | `x` through the synapses `w`: a matrix times a vector, one step later |
//! | `&a + &b` | both at once: a sum |
//! | `&a * &b` | element by element: a product |
//! | `&y << (w * &x + &b);` | any of them together |
//!
//! Vectors are borrowed, as they are used again; a matrix is given away, as its synapses lead from
//! one sum to one place.
//!
//! ```
//! use lava::prelude::*;
//! use lava::proc::GradedVec;
//! use lava::vector::{InputVec, OutputVec, Vector, VectorNet};
//! use ndarray::array;
//!
//! # fn main() -> lava::Result<()> {
//! let net = VectorNet::new();
//! let x: InputVec = net.input(&array![[40, 30, 20, 10]])?;
//! let w = net.dense(&array![[0.5, 0.25, 0.0, 0.0], [0.0, 0.0, 0.25, 0.5]], 7)?;
//! let y: Vector<GradedVec> = net.vector(GradedVec::shape([2]))?;
//! let out: OutputVec = net.output(2, 4)?;
//!
//! &y << (w * &x);
//! &out << &y;
//!
//! net.run(RunSteps(4))?;
//! // One step for the matrix, one on the way to the output.
//! assert_eq!(out.values()?, array![[0.0, 0.0], [0.0, 0.0], [27.0, 10.0], [27.0, 10.0]]);
//! # net.stop()
//! # }
//! ```
//!
//! # Fixed point
//!
//! Numbers are integers of 24 bits, as Loihi 2 sends them. How many of these bits are behind the
//! point is part of the type, `Vector<P, 7>`, so that numbers of different units neither add up nor
//! flow into each other: that does not compile. [`VectorNet::input`] and [`OutputVec::values`]
//! convert.
//!
//! # Time
//!
//! Synapses take a step, whether they are a matrix or those that lead straight from one vector to
//! another. A matrix that multiplies a sum, `w * (&a + &b)`, is connected straight to it. A product
//! takes a step more than its factors: see [`Flow`].
//!
//! # Errors
//!
//! Operators return no result. What cannot be connected is kept, and reported all at once when the
//! [`VectorNet`] is compiled, run or [checked](VectorNet::check).
//!
//! Source: Intel's Lava, `lava.networks`.

mod flow;
mod matrix;
mod net;
mod number;
mod roles;
#[expect(clippy::module_inception, reason = "a file is named after its type")]
mod vector;

pub use flow::{Flow, Operand};
pub use matrix::Matrix;
pub use net::{VectorConfig, VectorNet};
pub use roles::{Line, Linear, PairTarget, VectorSource, VectorTarget};
pub use vector::{InputVec, OutputVec, Vector};
