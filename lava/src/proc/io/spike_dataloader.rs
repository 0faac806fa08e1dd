//! Data set as a source.

use std::sync::Arc;

use ndarray::{Axis, Slice};

use super::dataset::{Data, Dataset};
use super::finite::check_finite;
use super::samples::Samples;
use super::schedule::due;
use crate::prelude::*;
use crate::process::{Element, Payload, Value};

/// Source that plays the samples of a data set cyclically, with their labels.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/spike_dataloader.svg"))]
///
/// A sample has its time axis first; one row is sent per step. After `interval` steps the next
/// sample begins: a longer sample is cut, a shorter one is followed by zeros. Sample *k* is loaded
/// at the end of step `offset + k·interval + 1` and played from the next step on; before the first
/// one, zeros are sent. `offset` counts modulo `interval`. `s_out` has the shape of a row,
/// `ground_truth` that of a label, `data` shape `[interval, ..row]`.
///
/// For spikes, `SpikeDataloader<Spike>`, samples are `bool`.
///
/// ```
/// use std::sync::Arc;
///
/// use lava::prelude::*;
/// use lava::proc::io::SpikeDataloader;
/// use ndarray::array;
///
/// # fn main() -> lava::Result<()> {
/// let data = Arc::new(vec![(array![[1], [2]], 7), (array![[3], [4]], 8)]);
/// let net = Network::<Loihi1SimCfg>::new();
/// let loader: SpikeDataloader<i32> = net.add(SpikeDataloader::dataset(data).interval(2))?;
/// let (rows, labels) = (net.probe(&loader.s_out)?, net.probe(&loader.ground_truth)?);
/// net.run(RunSteps(6))?;
/// assert_eq!(rows.data().into_raw_vec_and_offset().0, [0, 1, 2, 3, 4, 1]);
/// assert_eq!(labels.data().into_raw_vec_and_offset().0, [0, 7, 7, 8, 8, 7]);
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.dataloader`.
#[process]
pub struct SpikeDataloader<M: Payload = Spike, L: Value = i32> {
    /// One row of the current sample per step.
    #[port(shape = dataset.sample_shape().get(1..).unwrap_or_default())]
    s_out: OutPort<M>,
    /// Label of the current sample.
    #[port(shape = dataset.label_shape())]
    ground_truth: OutPort<L>,
    /// Labelled samples.
    #[param]
    dataset: Param<Arc<dyn Dataset<M::Record, L>>>,
    /// Interval between samples, in steps.
    #[param(default = 1)]
    interval: Param<usize>,
    /// Offset of the first sample, in steps.
    #[param(default = 0)]
    offset: Param<usize>,
    /// Accepts infinite numbers and NaN, which are an error otherwise.
    #[param(default = false)]
    non_finite: Param<bool>,
    /// The current sample, time axis first.
    #[var(
        shape = [&[*interval], dataset.sample_shape().get(1..).unwrap_or_default()].concat(),
        init = M::Record::default()
    )]
    data: Var<M::Record>,
}

#[implements(proc = SpikeDataloader<M, L>, protocol = Loihi)]
struct SpikeDataloaderModel<M: Payload, L: Value> {
    s_out: Out<M>,
    ground_truth: Out<L>,
    dataset: Arc<dyn Dataset<M::Record, L>>,
    interval: usize,
    offset: usize,
    non_finite: bool,
    data: ArrayD<M::Record>,
    #[local]
    samples: Samples<L>,
    /// Steps since the current sample was loaded.
    #[local]
    played: usize,
    #[local]
    context: Context,
}

impl<M: Payload, L: Value> SpikeDataloaderModel<M, L> {
    /// Loads the next sample.
    fn load(&mut self) -> crate::Result<()> {
        let row = self.s_out.shape();
        let sample = self.samples.take(
            &*self.dataset,
            |sample| sample.get(1..) == Some(row),
            || format!("rows of shape {row:?}, time first"),
        )?;
        check_finite("the sample", &sample, self.non_finite)?;
        fill(&mut self.data, &sample);
        self.played = 0;
        Ok(())
    }
}

/// Writes as much of a sample as fits, and zeros after it.
fn fill<T: Element>(data: &mut ArrayD<T>, sample: &Data<'_, T>) {
    let steps = sample.len_of(Axis(0)).min(data.len_of(Axis(0)));
    let (mut played, mut rest) = data.view_mut().split_at(Axis(0), steps);
    played.assign(&sample.slice_axis(Axis(0), Slice::from(..steps)));
    rest.fill(T::default());
}

impl<M: Payload, L: Value> LoihiModel for SpikeDataloaderModel<M, L> {
    fn start(&mut self) -> crate::Result<()> {
        self.samples.start(&*self.dataset)
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let row = self.played % self.interval;
        self.s_out.send(&self.data.index_axis(Axis(0), row))?;
        self.ground_truth.send_slice(self.samples.label())?;
        self.played += 1;
        Ok(())
    }

    fn post_guard(&self) -> bool {
        let (interval, offset) = (self.interval as u64, self.offset as u64);
        due(self.context.time_step(), interval, offset)
    }

    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> crate::Result<()> {
        self.load()
    }
}
