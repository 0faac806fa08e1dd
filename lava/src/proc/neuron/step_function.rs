//! Thresholds without a state.

use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;

/// Spikes where the input is above the threshold: Heaviside's step function.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/step_function.svg"))]
///
/// ```text
/// spike where a_in > threshold
/// ```
///
/// Ports and Var have the shape of the population.
///
/// Source: the primitive Threshold of the neuromorphic intermediate representation (Pedersen et al. 2024,
/// Nature Communications 15, 8122).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Source, StepFunction};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source       = Source::data([[0.5, 2.0]]);
///     step:  StepFunction = StepFunction::shape([2]).threshold(1.0);
///     input.s_out -> step.a_in;
/// }?;
/// let spikes = net.probe(&net.step.s_out)?;
/// net.run(RunSteps(1))?;
/// assert_eq!(spikes.events(), [(1, 1)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct StepFunction<T: Real = f32> {
    /// Input, summed over all connections.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// The input above which there is a spike.
    #[var(init = T::ZERO)]
    threshold: Var<T>,
}

#[implements(proc = StepFunction<T>, protocol = Loihi, shardable, batch)]
struct StepFunctionModel<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    threshold: PerNeuron<T>,
    #[local(rebuilt)]
    fired: Fired,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl<T: Real> LoihiModel for StepFunctionModel<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let a_in = self.a_in.recv_sums();
        self.fired.clear();
        let mut blocks = self
            .sleep
            .blocks(a_in.len(), self.context.time_step(), &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[]);
            }
            let (a_in, threshold) = (a_in.block(start, len), self.threshold.block(start, len));
            self.fired.block(start, len, |i| a_in[i] > threshold[i]);
            if blocks.look() {
                blocks.after(&[], self.fired.has_fired_from(start));
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
