//! Matrices: synapses with their place in equations.

use std::ops::{Deref, Mul};
use std::sync::Arc;

use super::flow::{Operand, Sum};
use super::net::Host;
use super::roles::Linear;
use crate::proc::Dense;

/// Synapses that multiply a vector: `w * &x`. Made by [`VectorNet::dense`](super::VectorNet::dense),
/// [`VectorNet::sparse`](super::VectorNet::sparse) and [`VectorNet::matrix`](super::VectorNet::matrix).
///
/// A product takes the matrix, so it cannot be used a second time:
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
/// Its weights stay in reach: it dereferences to the handle of the process, which can be cloned
/// before.
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

impl<P: Linear, R: Operand> Mul<R> for Matrix<P> {
    type Output = R::Sum;

    fn mul(self, vector: R) -> R::Sum {
        let vector = vector.sum();
        vector.feed(self.process.port(), &self.host);
        R::Sum::of_synapses(self.process.line(), self.host)
    }
}
