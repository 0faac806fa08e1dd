//! Matrices: synapses in equations.

use std::fmt;
use std::ops::{Deref, Mul};
use std::sync::Arc;

use super::expr::{AnyExpr, Operand};
use super::net::Host;
use super::ports::Linear;
use crate::proc::Dense;

/// A matrix: synapses that multiply a vector, `w * &x`. Created by
/// [`VectorNet::dense`](super::VectorNet::dense), [`VectorNet::sparse`](super::VectorNet::sparse)
/// and [`VectorNet::matrix`](super::VectorNet::matrix).
///
/// A product consumes the matrix, so it cannot be used a second time:
///
/// ```compile_fail,E0382
/// # use lava::vector::{InputVec, OutputVec, VectorNet};
/// # use ndarray::array;
/// # fn main() -> lava::Result<()> {
/// # let net = VectorNet::new();
/// # let (a, b): (InputVec, InputVec) = (net.input(&array![[1]])?, net.input(&array![[2]])?);
/// # let out: OutputVec = net.output(1, 1)?;
/// let w = net.dense(&array![[0.5]], 7)?;
/// &out << (w * &a);
/// &out << (w * &b); // `w * (&a + &b)` multiplies the sum
/// # Ok(())
/// # }
/// ```
///
/// It dereferences to the handle of the process. Clone the handle before the product to access the
/// weights afterwards.
pub struct Matrix<P = Dense<i32, i32>> {
    pub(super) process: P,
    pub(super) host: Arc<dyn Host>,
}

impl<P> Deref for Matrix<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.process
    }
}

impl<P: fmt::Debug> fmt::Debug for Matrix<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Matrix").field(&self.process).finish()
    }
}

impl<P: Linear, R: Operand> Mul<R> for Matrix<P> {
    type Output = R::Expr;

    fn mul(self, vector: R) -> R::Expr {
        let vector = vector.into_expr();
        vector.connect_to_synapses(self.process.input(), &self.host);
        R::Expr::from_synapses(self.process.output(), self.host)
    }
}
