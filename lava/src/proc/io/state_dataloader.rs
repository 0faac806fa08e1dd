//! Data set as the state of another process.

use std::sync::Arc;

use super::dataset::Dataset;
use super::finite::check_finite;
use super::samples::Samples;
use super::schedule::due;
use crate::prelude::*;
use crate::process::{Element, Value};

/// Loader that writes the samples of a data set into a Var of another process cyclically, one per
/// interval, and sends the label of the last one.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/state_dataloader.svg"))]
///
/// A sample has the shape of the Var. It is written at the end of every step *t* with (*t* − 1) mod
/// `interval` = `offset` mod `interval`, in the post-management phase: sample and label take effect
/// in the next step. Before the first one, the label is 0. `ground_truth` has the shape of a label;
/// `interval` and `offset` are scalars.
///
/// ```
/// use std::sync::Arc;
///
/// use lava::prelude::*;
/// use lava::proc::{Sigma, io::StateDataloader};
/// use ndarray::array;
///
/// # fn main() -> lava::Result<()> {
/// let data = Arc::new(vec![(array![1.5, 2.5], 7), (array![3.5, 4.5], 8)]);
/// let net = Network::<Loihi1SimCfg>::new();
/// let loader: StateDataloader = net.add(StateDataloader::dataset(data).interval(2))?;
/// let sigma: Sigma = net.add(Sigma::shape([2]))?;
/// loader.state.connect_var(&sigma.sigma)?;
/// let (sent, labels) = (net.probe(&sigma.s_out)?, net.probe(&loader.ground_truth)?);
/// net.run(RunSteps(4))?;
/// assert_eq!(sent.data(), array![[0.0, 0.0], [1.5, 2.5], [1.5, 2.5], [3.5, 4.5]].into_dyn());
/// assert_eq!(labels.data(), array![[0], [7], [7], [8]].into_dyn());
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.dataloader`.
#[process]
pub struct StateDataloader<T: Element = f32, L: Value = i32> {
    /// Reference to the Var.
    #[port(shape = dataset.sample_shape())]
    state: RefPort<T>,
    /// Label of the current sample.
    #[port(shape = dataset.label_shape())]
    ground_truth: OutPort<L>,
    /// Labelled samples.
    #[param]
    dataset: Param<Arc<dyn Dataset<T, L>>>,
    /// Interval between samples, in steps.
    #[var(scalar, init = 1, range = 1..)]
    interval: Var<i32>,
    /// Offset of the write within an interval, in steps.
    #[var(scalar, init = 0, range = 0..)]
    offset: Var<i32>,
    /// Accepts infinite numbers and NaN, which are an error otherwise.
    #[param(default = false)]
    non_finite: Param<bool>,
}

#[implements(proc = StateDataloader<T, L>, protocol = Loihi)]
struct StateDataloaderModel<T: Element, L: Value> {
    state: VarRef<T>,
    ground_truth: Out<L>,
    dataset: Arc<dyn Dataset<T, L>>,
    interval: i32,
    offset: i32,
    non_finite: bool,
    #[local]
    samples: Samples<L>,
    #[local]
    context: Context,
}

impl<T: Element, L: Value> LoihiModel for StateDataloaderModel<T, L> {
    fn start(&mut self) -> crate::Result<()> {
        self.samples.start(&*self.dataset)
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        self.ground_truth.send_slice(self.samples.label())
    }

    fn post_guard(&self) -> bool {
        let (interval, offset) = (self.interval.unsigned_abs(), self.offset.unsigned_abs());
        due(self.context.time_step(), interval.into(), offset.into())
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> crate::Result<()> {
        let shape = self.state.shape();
        let sample = self.samples.take(
            &*self.dataset,
            |sample| sample == shape,
            || format!("samples of shape {shape:?}"),
        )?;
        check_finite("the sample", &sample, self.non_finite)?;
        match sample.as_slice() {
            Some(sample) => self.state.write_slice(remote, sample),
            None => self.state.write(remote, &sample),
        }
    }
}
