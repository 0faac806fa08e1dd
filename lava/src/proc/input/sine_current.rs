//! Sinusoidal currents.

use crate::prelude::*;
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;
use crate::process::TimeStep;
use crate::units::ms;

/// Sinusoidal current, constant during a step at its value in the middle of the step:
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/sine_current.svg"))]
///
/// ```text
/// a_out = offset + amplitude · sin(2π · frequency · t + phase)        t = (step − 1/2) · dt
/// ```
///
/// Connect it to the `current_in` of a neuron. Port and Vars have the shape of the population. Neurons
/// with the same frequency and phase cost one sine together.
///
/// Source: NEST's `ac_generator`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::SineCurrent;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let sine: SineCurrent = net.add(SineCurrent::shape([1]).amplitude(50.0).frequency(100.0))?;
/// let current = net.probe(&sine.a_out)?;
/// net.run(RunSteps(100))?; // a period of 10 ms
/// let current = current.data();
/// assert!(current.sum().abs() < 1e-3 && current[[24, 0]] > 49.9);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct SineCurrent<T: Real = f32> {
    /// The current of the step, in pA.
    a_out: OutPort<T>,
    /// Amplitude, in pA.
    #[var(shape = shape, finite)]
    amplitude: Var<T>,
    /// Frequency, in Hz.
    #[var(shape = shape, finite)]
    frequency: Var<f64>,
    /// Phase at time 0, in radians.
    #[var(init = 0.0, finite)]
    phase: Var<f64>,
    /// Mean of the current, in pA.
    #[var(init = T::ZERO, finite)]
    offset: Var<T>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = SineCurrent<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct SineCurrentModel<T: Real> {
    a_out: Out<T>,
    amplitude: PerNeuron<T>,
    frequency: PerNeuron<f64>,
    phase: PerNeuron<f64>,
    offset: PerNeuron<T>,
    dt: f64,
    #[local]
    context: Context,
}

impl<T: Real> LoihiModel for SineCurrentModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        time_step(self.dt).map(drop)
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let time = (self.context.time_step() as f64 - 0.5) * self.dt / 1000.0;
        let sine = |frequency: f64, phase: f64| {
            // Whole periods are left out first: their sine would lose digits.
            T::of((std::f64::consts::TAU * (frequency * time).fract() + phase).sin())
        };
        let shared = self.frequency.uniform().zip(self.phase.uniform());
        let shared = shared.map(|(frequency, phase)| sine(frequency, phase));
        let a_out = self.a_out.accumulate()?;
        for (start, len) in blocks(a_out.len()) {
            let (amplitude, offset) = (
                self.amplitude.block(start, len),
                self.offset.block(start, len),
            );
            let (frequency, phase) = (
                self.frequency.block(start, len),
                self.phase.block(start, len),
            );
            let a_out = &mut a_out[start..][..len];
            for i in 0..len {
                let sine = shared.unwrap_or_else(|| sine(frequency[i], phase[i]));
                a_out[i] = offset[i] + amplitude[i] * sine;
            }
        }
        Ok(())
    }
}
