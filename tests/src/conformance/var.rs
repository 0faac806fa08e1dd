//! Vars whose type is known at run time only.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Context as _, Result, bail, ensure};
use lava::model::Loihi;
use lava::network::VirtualRefPort;
use lava::network::{AnyTag, Cpu};
use lava::prelude::*;
use lava::process::{AnyShape, Value};
use ndarray::{Array1, Array2, ArrayD, ArrayViewD, Axis, IxDyn, Slice};

use super::array::{move_axis, time_first, time_last};
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

/// A Var whose time axis is the last in Lava and the first here.
pub struct TimeLast<V>(pub V);

impl<V: AnyVar> AnyVar for TimeLast<V> {
    fn whole(&self) -> bool {
        self.0.whole()
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(time_last(self.0.get()?))
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        self.0.set(&time_first(value.clone()))
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let rows = self.0.probe(net)?;
        Ok(Box::new(move || {
            let rows = rows();
            let last = rows.ndim() - 1;
            move_axis(rows, 1, last)
        }))
    }
}

/// A Var of the stored entries of a matrix, which traces write whole.
pub struct Entries<V> {
    var: V,
    shape: [usize; 2],
    /// The row and column of each entry.
    places: Vec<[usize; 2]>,
}

impl<V: AnyVar> Entries<V> {
    /// A Var whose elements are the entries at these places.
    pub fn new(var: V, shape: [usize; 2], places: Vec<[usize; 2]>) -> Entries<V> {
        Entries { var, shape, places }
    }
}

/// The whole matrix of some entries.
fn whole(entries: ArrayViewD<'_, f64>, shape: [usize; 2], places: &[[usize; 2]]) -> ArrayD<f64> {
    let mut matrix = Array2::zeros(shape);
    for (place, entry) in places.iter().zip(entries) {
        matrix[*place] += *entry;
    }
    matrix.into_dyn()
}

impl<V: AnyVar> AnyVar for Entries<V> {
    fn whole(&self) -> bool {
        self.var.whole()
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(whole(self.var.get()?.view(), self.shape, &self.places))
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        ensure!(
            value.shape() == self.shape,
            "a matrix of shape {:?}, not {:?}",
            value.shape(),
            self.shape
        );
        let entries = self.places.iter().map(|place| value[&place[..]]);
        self.var.set(&entries.collect::<Array1<f64>>().into_dyn())
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let rows = self.var.probe(net)?;
        let (shape, places) = (self.shape, self.places.clone());
        Ok(Box::new(move || {
            let rows = rows();
            let mut matrices = ArrayD::zeros(IxDyn(&[rows.len_of(Axis(0)), shape[0], shape[1]]));
            for (mut matrix, row) in matrices.outer_iter_mut().zip(rows.outer_iter()) {
                matrix.assign(&whole(row, shape, &places));
            }
            matrices
        }))
    }
}

/// A Var that Lava's model reads in the first step only: what is set later is kept, and read
/// back, but changes nothing. The library follows what is set, so here it is held back.
pub struct Latched<V> {
    var: V,
    net: Net,
    /// The values that were set, each with the step before.
    held: Rc<RefCell<Vec<(u64, ArrayD<f64>)>>>,
}

impl<V: AnyVar> Latched<V> {
    /// Latches a Var of `net`.
    pub fn new(var: V, net: &Net) -> Latched<V> {
        Latched {
            var,
            net: net.clone(),
            held: Rc::default(),
        }
    }
}

impl<V: AnyVar> AnyVar for Latched<V> {
    fn whole(&self) -> bool {
        self.var.whole()
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        match self.held.borrow().last() {
            Some((_, value)) => Ok(value.clone()),
            None => self.var.get(),
        }
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        let step = self.net.time_step();
        if step == 0 {
            return self.var.set(value);
        }
        let present = self.var.get()?;
        let Some(value) = value.broadcast(present.shape()) else {
            bail!(
                "a value of shape {:?} for a Var of {:?}",
                value.shape(),
                present.shape()
            );
        };
        self.held.borrow_mut().push((step, value.to_owned()));
        Ok(())
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let (rows, held) = (self.var.probe(net)?, Rc::clone(&self.held));
        Ok(Box::new(move || {
            let mut rows = rows();
            for (step, value) in held.borrow().iter() {
                let later = Slice::from(*step as usize..);
                rows.slice_axis_mut(Axis(0), later).assign(value);
            }
            rows
        }))
    }
}

/// A Var that Lava keeps in other units: times a power of two.
pub struct Scaled<V> {
    /// The Var.
    pub var: V,
    /// The exponent of that power.
    pub exponent: i32,
}

impl<V> Scaled<V> {
    fn factor(&self) -> f64 {
        2.0_f64.powi(self.exponent)
    }
}

impl<V: AnyVar> AnyVar for Scaled<V> {
    fn whole(&self) -> bool {
        self.var.whole()
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(self.var.get()? * self.factor())
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        self.var.set(&unscaled(value, self.exponent, self.whole())?)
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let (rows, factor) = (self.var.probe(net)?, self.factor());
        Ok(Box::new(move || rows() * factor))
    }
}

/// Numbers in Lava's units in those of a [`Scaled`] Var; whole ones are rounded towards zero.
///
/// # Errors
/// If there is no such whole number.
pub fn unscaled(value: &ArrayD<f64>, exponent: i32, whole: bool) -> Result<ArrayD<f64>> {
    let factor = 2.0_f64.powi(exponent);
    let number = |&number: &f64| {
        let number = if whole { number.trunc() } else { number } / factor;
        let fits = !whole || number.fract() == 0.0;
        ensure!(fits, "{number} in fixed point");
        Ok(number)
    };
    let numbers = value.iter().map(number).collect::<Result<_>>()?;
    Ok(ArrayD::from_shape_vec(IxDyn(value.shape()), numbers)?)
}

/// A Var that Lava has and never uses: it stays 0.
pub struct Unused {
    /// Its shape.
    pub shape: Vec<usize>,
}

impl AnyVar for Unused {
    fn whole(&self) -> bool {
        true
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(ArrayD::zeros(IxDyn(&self.shape)))
    }

    fn set(&self, _: &ArrayD<f64>) -> Result<()> {
        bail!("a Var without effect is set")
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let (net, shape) = (net.clone(), self.shape.clone());
        Ok(Box::new(move || {
            let steps = net.time_step() as usize;
            ArrayD::zeros([&[steps], shape.as_slice()].concat())
        }))
    }
}

/// A Var that counts what is only known to have happened in Lava.
pub struct AtMostOne<V>(pub V);

impl<V: AnyVar> AnyVar for AtMostOne<V> {
    fn whole(&self) -> bool {
        self.0.whole()
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        Ok(self.0.get()?.mapv(|count| count.min(1.0)))
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        self.0.set(value)
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let rows = self.0.probe(net)?;
        Ok(Box::new(move || rows().mapv(|count| count.min(1.0))))
    }
}

/// A parameter of learning, which Lava's fixed-point models hold as a whole number.
pub struct Parameter<V> {
    /// The Var.
    pub var: V,
    /// `true` if it is rounded towards zero.
    pub whole: bool,
}

impl<V: AnyVar> AnyVar for Parameter<V> {
    fn whole(&self) -> bool {
        self.whole
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        let value = self.var.get()?;
        Ok(if self.whole {
            value.mapv(f64::trunc)
        } else {
            value
        })
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        self.var.set(value)
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        let (rows, whole) = (self.var.probe(net)?, self.whole);
        Ok(Box::new(move || {
            let rows = rows();
            if whole { rows.mapv(f64::trunc) } else { rows }
        }))
    }
}

/// The parameters of learning, which Lava's fixed-point models round towards zero whenever a Var of
/// the process is set.
pub struct Rebuilding<V> {
    parameters: Rc<[V]>,
    whole: bool,
}

impl<V> Rebuilding<V> {
    /// Rounds these parameters, if the model computes with whole numbers.
    pub fn new(parameters: &Rc<[V]>, whole: bool) -> Rebuilding<V> {
        Rebuilding {
            parameters: Rc::clone(parameters),
            whole,
        }
    }

    /// A Var that has them rounded when it is set.
    pub fn after<W>(&self, var: W) -> Rebuilt<W, V> {
        Rebuilt {
            var,
            parameters: Rc::clone(&self.parameters),
            whole: self.whole,
        }
    }
}

/// A Var whose setting rounds the parameters of learning.
pub struct Rebuilt<W, V> {
    var: W,
    parameters: Rc<[V]>,
    whole: bool,
}

impl<W: AnyVar, V: AnyVar> AnyVar for Rebuilt<W, V> {
    fn whole(&self) -> bool {
        self.var.whole()
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        self.var.get()
    }

    fn set(&self, value: &ArrayD<f64>) -> Result<()> {
        self.var.set(value)?;
        if self.whole {
            for parameter in self.parameters.iter() {
                parameter.set(&parameter.get()?.mapv(f64::trunc))?;
            }
        }
        Ok(())
    }

    fn probe(&self, net: &Net) -> Result<Rows> {
        self.var.probe(net)
    }

    fn refer(&self, reference: &Reference, ops: &[Op]) -> Result<()> {
        self.var.refer(reference, ops)
    }
}
