//! Ring buffer as a sink.

use crate::prelude::*;
use crate::process::Payload;

/// Ring buffer of the last messages: the input of step *t* is written to `data[(t − 1) mod steps]`.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/sink.svg"))]
///
/// `data` has shape `[steps, ..shape]`, the time axis first. For spikes, `Sink<Spike>`, the data
/// are `bool`. To record many ports, or Vars, a [probe](crate::monitor) is simpler.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source = Source::data([[1.0], [2.0], [3.0]]);
///     output: Sink   = Sink::shape([1]).steps(2);
///     input.s_out -> output.a_in;
/// }?;
/// net.run(RunSteps(3))?;
/// assert_eq!(net.output.data.get()?, ndarray::arr2(&[[3.0], [2.0]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Sink<M: Payload = f32> {
    /// Input.
    a_in: InPort<M>,
    /// Number of steps to keep.
    #[param]
    steps: Param<usize>,
    /// Messages, time axis first.
    #[var(shape = [&[*steps], shape].concat(), init = M::Record::default(), per_sample)]
    data: Var<M::Record>,
}

#[implements(proc = Sink<M>, protocol = Loihi, per_sample)]
struct SinkModel<M: Payload> {
    a_in: In<M>,
    steps: usize,
    data: Vec<M::Record>,
    #[local]
    context: Context,
}

impl<M: Payload> LoihiModel for SinkModel<M> {
    fn run_spk(&mut self) -> crate::Result<()> {
        let row = (self.context.time_step() - 1) as usize % self.steps;
        let len = self.data.len() / self.steps;
        self.a_in.record(&mut self.data[row * len..][..len]);
        Ok(())
    }
}
