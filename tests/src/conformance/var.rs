//! Vars whose type is known at run time only.

use anyhow::{Context as _, Result, bail, ensure};
use lava::model::Loihi;
use lava::network::VirtualRefPort;
use lava::network::{AnyTag, Cpu};
use lava::prelude::*;
use lava::process::{AnyShape, Value};
use ndarray::{ArrayD, IxDyn};

use super::config::TraceCfg;
use super::file::Op;
use super::port::axes;

/// The networks that traces are built as.
pub type Net = Network<TraceCfg>;

/// A process that has a model in a [`Net`].
pub trait Runs: lava::network::HasModel<Loihi, AnyTag, Cpu> {}

impl<P: lava::network::HasModel<Loihi, AnyTag, Cpu>> Runs for P {}

/// A type that the numbers of a trace can be given to processes in.
pub trait Number: Value {
    /// `true` for integers, of which any difference counts.
    const WHOLE: bool;
    /// Without loss.
    fn to_f64(self) -> f64;
    /// As NumPy converts: towards zero.
    ///
    /// # Errors
    /// If the number is out of range.
    fn from_f64(number: f64) -> Result<Self>;
    /// A RefPort, its type forgotten.
    fn reference(port: &RefPort<Self>) -> Reference;
    /// The RefPort, if it is of this type.
    fn referring(reference: &Reference) -> Option<&RefPort<Self>>;
}

/// A RefPort whose type is known at run time only.
#[derive(Clone)]
pub enum Reference {
    /// To a Var of real numbers.
    Real(RefPort<f64>),
    /// To a Var of 32-bit integers.
    Fixed(RefPort<i32>),
    /// To a Var of 64-bit integers.
    Long(RefPort<i64>),
}

macro_rules! refers {
    ($variant:ident) => {
        fn reference(port: &RefPort<Self>) -> Reference {
            Reference::$variant(port.clone())
        }

        fn referring(reference: &Reference) -> Option<&RefPort<Self>> {
            match reference {
                Reference::$variant(port) => Some(port),
                _ => None,
            }
        }
    };
}

/// A RefPort seen through virtual ports.
fn through<T: Number>(port: &RefPort<T>, ops: &[Op]) -> Result<VirtualRefPort<T>> {
    let mut rank = port.shape().len();
    let mut seen = port.reshape(port.shape());
    for op in ops {
        seen = match op {
            Op::Reshape(reshape) => {
                rank = reshape.new_shape.len();
                seen.reshape(reshape.new_shape.as_slice())
            }
            Op::Flatten(_) => {
                rank = 1;
                seen.flatten()
            }
            Op::Transpose(transpose) => match axes(transpose, rank)[..] {
                [a] => seen.transpose([a]),
                [a, b] => seen.transpose([a, b]),
                [a, b, c] => seen.transpose([a, b, c]),
                [a, b, c, d] => seen.transpose([a, b, c, d]),
                _ => bail!("transpose of {rank} axes"),
            },
            Op::ConcatWith(_) => bail!("a RefPort has no concat_with"),
        };
    }
    Ok(seen)
}

impl Number for f64 {
    const WHOLE: bool = false;

    fn to_f64(self) -> f64 {
        self
    }

    fn from_f64(number: f64) -> Result<f64> {
        Ok(number)
    }

    refers!(Real);
}

impl Number for i32 {
    const WHOLE: bool = true;

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    fn from_f64(number: f64) -> Result<i32> {
        let whole = number.trunc();
        let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&whole);
        ensure!(fits, "{number} does not fit into 32 bits");
        Ok(whole as i32)
    }

    refers!(Fixed);
}

impl Number for i64 {
    const WHOLE: bool = true;

    fn to_f64(self) -> f64 {
        self as f64
    }

    fn from_f64(number: f64) -> Result<i64> {
        i32::from_f64(number).map(i64::from)
    }

    refers!(Long);
}

/// Converts an array.
///
/// # Errors
/// If a number is out of range.
pub fn numbers<T: Number>(array: &ArrayD<f64>) -> Result<ArrayD<T>> {
    let numbers = array
        .iter()
        .map(|&number| T::from_f64(number))
        .collect::<Result<_>>()?;
    Ok(ArrayD::from_shape_vec(IxDyn(array.shape()), numbers)?)
}

/// The recording so far, `[steps, …]`.
pub type Rows = Box<dyn Fn() -> ArrayD<f64>>;

/// A Var in Lava's layout.
pub trait AnyVar {
    /// Returns `true` if it holds whole numbers.
    fn whole(&self) -> bool;
    /// The present value.
    ///
    /// # Errors
    /// As [`Var::get`].
    fn get(&self) -> Result<ArrayD<f64>>;
    /// Replaces the value.
    ///
    /// # Errors
    /// As [`Var::set`], and if a number does not fit the Var's type.
    fn set(&self, value: &ArrayD<f64>) -> Result<()>;
    /// Records the Var in every step from now on.
    ///
    /// # Errors
    /// As [`Network::probe`].
    fn probe(&self, net: &Net) -> Result<Rows>;
    /// Connects a RefPort, seen through `ops`.
    ///
    /// # Errors
    /// As [`RefPort::connect_var`], and if the port is of another type.
    fn refer(&self, reference: &Reference, ops: &[Op]) -> Result<()> {
        let _ = (reference, ops);
        bail!("a Var that is no number of its own in the library has a RefPort")
    }
}

/// The result of [`Var::get`], as an array.
pub trait IntoArray<T> {
    /// The values.
    fn into_array(self) -> ArrayD<T>;
}

impl<T> IntoArray<T> for ArrayD<T> {
    fn into_array(self) -> ArrayD<T> {
        self
    }
}

impl<T: Number> IntoArray<T> for T {
    fn into_array(self) -> ArrayD<T> {
        ndarray::arr1(&[self]).into_dyn()
    }
}

impl<T: Number, S: AnyShape> AnyVar for Var<T, S>
where
    S::Array<T>: IntoArray<T>,
{
    fn whole(&self) -> bool {
        T::WHOLE
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(Var::get(self)?.into_array().mapv(T::to_f64))
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        let value = numbers::<T>(value)?;
        match value.first() {
            // A single value in Lava has the shape [1], here [].
            Some(&single) if value.len() == 1 => Ok(Var::set(self, single)?),
            _ => Ok(Var::set(self, value)?),
        }
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let probe = net.probe(self)?;
        Ok(Box::new(move || probe.data().mapv(T::to_f64)))
    }

    fn refer(&self, reference: &Reference, ops: &[Op]) -> Result<()> {
        let port = T::referring(reference).context("RefPort and Var differ in type")?;
        Ok(through(port, ops)?.connect_var(self)?)
    }
}

/// Truth values, which Lava returns as 0 and 1.
impl AnyVar for Var<bool> {
    fn whole(&self) -> bool {
        true
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(Var::get(self)?.mapv(|truth| f64::from(u8::from(truth))))
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        Ok(Var::set(self, value.mapv(|number| number != 0.0))?)
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let probe = net.probe(self)?;
        Ok(Box::new(move || {
            probe.data().mapv(|truth| f64::from(u8::from(truth)))
        }))
    }
}
