//! Vectors: processes with their place in equations.

use std::ops::Deref;
use std::sync::Arc;

use ndarray::{Array2, Ix2};

use super::flow::{Flow, Operand};
use super::net::Host;
use super::number::{sign_extended, unit};
use super::roles::VectorSource;
use crate::proc::{Sink, Source};
use crate::{Error, Result};

/// A process whose numbers are a vector, with `EXP` bits behind the point: made by
/// [`VectorNet::vector`](super::VectorNet::vector), and used in equations by reference.
///
/// It dereferences to the handle of the process: `y.vth.set(3)?`.
pub struct Vector<P, const EXP: u32 = 0> {
    pub(super) process: P,
    pub(super) host: Arc<dyn Host>,
}

/// A vector that plays given rows: see [`VectorNet::input`](super::VectorNet::input).
pub type InputVec<const EXP: u32 = 0> = Vector<Source<i32>, EXP>;

/// A vector that is kept: see [`VectorNet::output`](super::VectorNet::output).
pub type OutputVec<const EXP: u32 = 0> = Vector<Sink<i32>, EXP>;

impl<P: VectorSource, const EXP: u32> Vector<P, EXP> {
    /// What it sends, as a sum of one term.
    pub fn flow(&self) -> Flow<EXP> {
        self.sum()
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

impl<const EXP: u32> OutputVec<EXP> {
    /// What arrived, a row a step: the lowest 24 bits of it, the highest of which is the sign.
    ///
    /// # Errors
    /// As [`Var::get`](crate::Var::get).
    pub fn numbers(&self) -> Result<Array2<i32>> {
        let data = self.process.data.get()?.into_dimensionality::<Ix2>();
        Ok(data.map_err(Error::model)?.mapv_into(sign_extended))
    }

    /// [`numbers`](OutputVec::numbers) as what they stand for.
    ///
    /// # Errors
    /// As [`Var::get`](crate::Var::get).
    pub fn values(&self) -> Result<Array2<f64>> {
        Ok(self.numbers()?.mapv(f64::from) / unit(EXP))
    }
}
