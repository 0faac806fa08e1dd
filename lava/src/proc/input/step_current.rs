//! Currents that change in steps.

use crate::prelude::*;
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;
use crate::process::TimeStep;
use crate::units::ms;

/// Current that changes at given times, and is constant in between: 0 before the first time,
/// `amplitudes[k]·gain` from `times[k]` on.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/step_current.svg"))]
///
/// Times are rounded to steps: the current of a time *t* begins in step *t*/`dt` + 1, which covers the
/// model time from *t* to *t* + `dt`. Connect it to the `current_in` of a neuron. Port and `gain` have
/// the shape of the population; `times` and `amplitudes` are lists of equal length.
///
/// Source: NEST's `step_current_generator`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{IafPscExp, StepCurrent};
/// use lava::units::ms;
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     pulse:  StepCurrent = StepCurrent::shape([1]).times([10.0, 40.0]).amplitudes([500.0, 0.0]);
///     neuron: IafPscExp   = IafPscExp::shape([1]);
///     pulse.a_out -> neuron.current_in;
/// }?;
/// let spikes = net.probe(&net.neuron.s_out)?;
/// net.run(RunFor(100.0 * ms))?;
/// assert_eq!(spikes.events(), [(239, 0), (398, 0)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct StepCurrent<T: Real = f32> {
    /// The current of the step, in pA.
    a_out: OutPort<T>,
    /// Times at which the current changes, in ms; ascending, at most one in a step.
    #[var(rank = 1, finite)]
    times: Var<f64>,
    /// The current from each of the times on, in pA.
    #[var(shape = times.shape(), finite)]
    amplitudes: Var<T>,
    /// Factor of the current of each neuron.
    #[var(init = T::ONE, finite)]
    gain: Var<T>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = StepCurrent<T>, protocol = Loihi, shardable, per_sample, replicated(times, amplitudes))]
#[tag(FloatingPt)]
struct StepCurrentModel<T: Real> {
    a_out: Out<T>,
    times: Vec<f64>,
    amplitudes: Vec<T>,
    gain: PerNeuron<T>,
    dt: f64,
    /// The first step of each amplitude.
    #[local(rebuilt)]
    steps: Vec<u64>,
    #[local]
    context: Context,
}

impl<T: Real> LoihiModel for StepCurrentModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        let dt = time_step(self.dt)?;
        let steps = self.times.iter().map(|time| (time / dt).round() as u64 + 1);
        let steps: Vec<u64> = steps.collect();
        for (steps, times) in steps.windows(2).zip(self.times.windows(2)) {
            if steps[0] >= steps[1] {
                return Err(crate::Error::model(format!(
                    "`times` has {} ms and then {} ms; give ascending times, at most one in a step of \
                     {dt} ms",
                    times[0], times[1]
                )));
            }
        }
        self.steps = steps;
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "times" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let step = self.context.time_step();
        let begun = self.steps.partition_point(|begin| *begin <= step);
        let amplitude = begun.checked_sub(1).map(|last| self.amplitudes[last]);
        // A step without a message counts as zeros.
        let Some(amplitude) = amplitude.filter(|amplitude| *amplitude != T::ZERO) else {
            return Ok(());
        };
        let a_out = self.a_out.accumulate()?;
        for (start, len) in blocks(a_out.len()) {
            let (gain, a_out) = (self.gain.block(start, len), &mut a_out[start..][..len]);
            for i in 0..len {
                a_out[i] = gain[i] * amplitude;
            }
        }
        Ok(())
    }
}
