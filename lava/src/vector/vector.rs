//! Vectors: processes in equations.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use ndarray::{Array2, Ix2};

use super::expr::{Expr, Operand};
use super::net::Host;
use super::number::{sign_extended, unit};
use super::ports::VectorSource;
use crate::proc::{Sink, Source};
use crate::{Error, Result};

/// A vector: a process whose messages are numbers with `EXP` fractional bits. Created by
/// [`VectorNet::vector`](super::VectorNet::vector), and used in equations by reference.
///
/// It dereferences to the handle of the process: `y.vth.set(3)?`.
pub struct Vector<P, const EXP: u32 = 0> {
    pub(super) process: P,
    pub(super) host: Arc<dyn Host>,
}

/// A vector that plays the rows of an array: see [`VectorNet::input`](super::VectorNet::input).
pub type InputVec<const EXP: u32 = 0> = Vector<Source<i32>, EXP>;

/// A vector that keeps its last messages: see [`VectorNet::output`](super::VectorNet::output).
pub type OutputVec<const EXP: u32 = 0> = Vector<Sink<i32>, EXP>;

impl<P: VectorSource, const EXP: u32> Vector<P, EXP> {
    /// Returns the output of the vector as an expression.
    pub fn expr(&self) -> Expr<EXP> {
        self.into_expr()
    }
}

impl<P, const EXP: u32> Deref for Vector<P, EXP> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.process
    }
}

impl<P: Clone, const EXP: u32> Clone for Vector<P, EXP> {
    fn clone(&self) -> Self {
        Vector {
            process: self.process.clone(),
            host: Arc::clone(&self.host),
        }
    }
}

impl<P: fmt::Debug, const EXP: u32> fmt::Debug for Vector<P, EXP> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vector").field(&self.process).finish()
    }
}

impl<const EXP: u32> OutputVec<EXP> {
    /// Returns the messages as integers, one row per step: the lowest 24 bits of each, the highest
    /// of which is the sign.
    ///
    /// # Errors
    /// As [`Var::get`](crate::Var::get).
    pub fn numbers(&self) -> Result<Array2<i32>> {
        let data = self.process.data.get()?.into_dimensionality::<Ix2>();
        Ok(data.map_err(Error::model)?.mapv_into(sign_extended))
    }

    /// Returns the messages as real numbers, one row per step: [`numbers`](OutputVec::numbers)
    /// divided by 2^`EXP`.
    ///
    /// # Errors
    /// As [`Var::get`](crate::Var::get).
    pub fn values(&self) -> Result<Array2<f64>> {
        Ok(self.numbers()?.mapv(f64::from) / unit(EXP))
    }
}
