//! Vector equations: networks written with operators.
//!
//! | equation | meaning |
//! |---|---|
//! | `&y << &x;` | connects the output of `x` to `y`, one step later |
//! | `w * &x` | matrix times vector: `x` through the synapses `w`, one step later |
//! | `&a + &b` | sum |
//! | `&a * &b` | element-wise product |
//! | `&y << (w * &x + &b);` | all of them together |
//!
//! Vectors are borrowed, since they are used several times. A product consumes its matrix, since
//! its synapses connect one expression to one vector.
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
//! // One step for the matrix, one for the connection to the output.
//! assert_eq!(out.values()?, array![[0.0, 0.0], [0.0, 0.0], [27.0, 10.0], [27.0, 10.0]]);
//! # net.stop()
//! # }
//! ```
//!
//! # Fixed point
//!
//! Numbers are integers of 24 bits, as on Loihi 2. The number of fractional bits is part of the
//! type, `Vector<P, 7>`: to add or connect numbers with different ones does not compile.
//! [`VectorNet::input`] and [`OutputVec::values`] convert from and to real numbers.
//!
//! # Time
//!
//! A connection from vector to vector takes a step, and a matrix takes a step, also in a product
//! with a sum, `w * (&a + &b)`. A product of vectors takes a step more than its factors: see
//! [`Expr`].
//!
//! # Errors
//!
//! Operators return no result. The [`VectorNet`] collects their errors, and reports all of them
//! when it is compiled, run or [checked](VectorNet::check).
//!
//! Source: Intel's Lava, `lava.networks`.

mod expr;
mod matrix;
mod net;
mod number;
mod ports;
#[expect(clippy::module_inception, reason = "a file is named after its type")]
mod vector;

pub use expr::{Expr, Operand};
pub use matrix::Matrix;
pub use net::{VectorConfig, VectorNet};
pub use ports::{Linear, PairTarget, VectorOut, VectorSource, VectorTarget};
pub use vector::{InputVec, OutputVec, Vector};
