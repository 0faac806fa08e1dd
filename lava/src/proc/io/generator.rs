//! Iterators and closures as sources.

use std::fmt;
use std::sync::Mutex;

use ndarray::{ArrayBase, Data, Dimension};

use super::finite::check_row;
use crate::prelude::*;
use crate::process::{Dims, IntoShape, Payload};

/// Source driven by a closure or an iterator: sends one row per step. The port has the shape of the
/// rows.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/generator.svg"))]
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::io::{Generator, Rows, Sink};
///
/// # fn main() -> lava::Result<()> {
/// let images = (1..).map(|image| ndarray::arr1(&[image, 10 * image]));
/// let net = network! { Loihi1SimCfg;
///     ramp:   Generator<i32> = Generator::rows(Rows::from_fn([2], |step, row| row[0] = step as i32));
///     images: Generator<i32> = Generator::rows(Rows::from_arrays([2], images));
///     output: Sink<i32>      = Sink::shape([2]).steps(2);
///     [ramp.s_out, images.s_out] -> output.a_in;
/// }?;
/// net.run(RunSteps(2))?;
/// assert_eq!(net.output.data.get()?, ndarray::arr2(&[[2, 10], [4, 20]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Generator<M: Payload = f32> {
    /// One row per step.
    #[port(shape = rows.shape())]
    s_out: OutPort<M>,
    /// Rows to send.
    #[param]
    rows: Param<Rows<M>>,
    /// Pauses the network in the first step without a row.
    #[param(default = false)]
    pause_at_end: Param<bool>,
    /// Accepts infinite numbers and NaN, which are an error otherwise.
    #[param(default = false)]
    non_finite: Param<bool>,
}

/// Rows of a [`Generator`], from a closure or an iterator.
pub struct Rows<M: Payload> {
    dims: Dims,
    write: Mutex<Box<Write<M>>>,
}

/// Writes the row of a step, which is zero before; returns `false` if there is none.
type Write<M> = dyn FnMut(u64, &mut [<M as Payload>::Record]) -> crate::Result<bool> + Send;

impl<M: Payload> Rows<M> {
    /// Rows written by a closure. It is called in every step with the number of the step, from 1,
    /// and the elements of a row of shape `shape` in row-major order, all 0, or `false` for spikes.
    /// The step restarts at 1 when the network is reset.
    pub fn from_fn(
        shape: impl IntoShape<Dyn>,
        mut write: impl FnMut(u64, &mut [M::Record]) + Send + 'static,
    ) -> Rows<M> {
        Rows::from_writer(shape, move |step, row| {
            write(step, row);
            Ok(true)
        })
    }

    /// Rows from an iterator of arrays of shape `shape`, one per step. After the last, nothing is
    /// sent. A reset of the network does not rewind the iterator. An array of another shape is an
    /// error of the step that takes it.
    pub fn from_arrays<I, S, D>(shape: impl IntoShape<Dyn>, arrays: I) -> Rows<M>
    where
        I: IntoIterator<Item = ArrayBase<S, D>>,
        I::IntoIter: Send + 'static,
        S: Data<Elem = M::Record>,
        D: Dimension,
    {
        let dims = shape.into_dims();
        let expected = dims.clone();
        let mut arrays = arrays.into_iter();
        Rows::from_writer(&dims, move |_, row| {
            let Some(array) = arrays.next() else {
                return Ok(false);
            };
            if array.shape() != expected.as_slice() {
                let given = Dims::from(array.shape());
                let message =
                    format!("the iterator yields an array of shape {given}, not {expected}");
                return Err(crate::Error::model(message));
            }
            row.iter_mut()
                .zip(&array)
                .for_each(|(to, from)| *to = *from);
            Ok(true)
        })
    }

    /// Rows written by a closure as that of [`from_fn`](Rows::from_fn), which returns `false` if there is none.
    pub(crate) fn from_writer(
        shape: impl IntoShape<Dyn>,
        write: impl FnMut(u64, &mut [M::Record]) -> crate::Result<bool> + Send + 'static,
    ) -> Rows<M> {
        let dims = shape.into_dims();
        let write = Mutex::new(Box::new(write) as Box<Write<M>>);
        Rows { dims, write }
    }

    /// Returns the shape of the rows.
    pub fn shape(&self) -> &[usize] {
        self.dims.as_slice()
    }
}

impl<M: Payload> fmt::Debug for Rows<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("shape", &self.dims).finish()
    }
}

#[implements(proc = Generator<M>, protocol = Loihi)]
struct GeneratorModel<M: Payload> {
    s_out: Out<M>,
    rows: Param<Rows<M>>,
    pause_at_end: bool,
    non_finite: bool,
    #[local(rebuilt)]
    row: Vec<M::Record>,
    #[local]
    context: Context,
}

impl<M: Payload> LoihiModel for GeneratorModel<M> {
    fn start(&mut self) -> crate::Result<()> {
        self.row = vec![M::Record::default(); self.rows.dims.len()];
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        self.row.fill(M::Record::default());
        // A panic of the closure ends the run; the closure may be called again in the next one.
        let mut write = self
            .rows
            .write
            .lock()
            .unwrap_or_else(|error| error.into_inner());
        if write(self.context.time_step(), &mut self.row)? {
            check_row("the row", &self.row, self.non_finite)?;
            return self.s_out.send_slice(&self.row);
        }
        if self.pause_at_end {
            self.context.pause();
        }
        Ok(())
    }
}
