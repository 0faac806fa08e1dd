//! Vars that Lava has in another form than the library.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Result, bail, ensure};
use ndarray::{Array1, Array2, ArrayD, ArrayViewD, Axis, IxDyn, Slice};

use super::array::{move_axis, time_first, time_last};
use super::file::Op;
use super::var::{AnyVar, Net, Reference, Rows};

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
