//! Leaky integrate-and-fire neurons with a refractory period.

use super::leaky::{leaky, leaky_closed_form, stays_below, step_leaky};
use super::spike_rule::{Above, Held};
use crate::model::{EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::kernel::events::{begin_events, check_update, end_events, event_methods};
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::membrane::Membrane;
use crate::proc::kernel::real::Real;

/// Leaky integrate-and-fire neurons with a refractory period.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/lif_refractory.svg"))]
///
/// Current and voltage follow the equations of [`Lif`](super::Lif), in floating and in fixed point.
/// A neuron that spikes in step *t* is reset, and its voltage is held up to and including step
/// *t* + `refractory_period`; the current goes on integrating input:
///
/// ```text
/// u ← u·(1 − du) + a_in
/// v ← v·(1 − dv) + u + bias_mant        where refractory_period_end < t
/// spikes, v ← 0 and refractory_period_end ← t + refractory_period where v > vth
/// ```
///
/// A voltage set above the threshold by the user fires during the refractory period too.
///
/// Ports and Vars have the shape of the population; every parameter may differ from neuron to
/// neuron. With [`Update::EventDriven`], in floating point, neurons that stay below `vth` are not computed.
///
/// Source: Intel's Lava (`PyLifRefractoryModelFloat`). The fixed-point model, which Lava does not
/// have, is the same with the arithmetic of `Lif<i32>`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::LifRefractory;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: LifRefractory =
///     net.add(LifRefractory::shape([1]).bias_mant(1.0).vth(2.5).refractory_period(2))?;
/// let v = net.probe(&lif.v)?;
/// net.run(RunSteps(8))?;
/// assert_eq!(v.data().as_slice(), Some(&[1.0, 2.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0][..]));
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LifRefractory<T: Membrane = f32> {
    /// Synaptic input, summed over all connections.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Synaptic current.
    #[var(init = T::ZERO, finite)]
    u: Var<T>,
    /// Membrane voltage.
    #[var(init = T::ZERO, finite)]
    v: Var<T>,
    /// Last step of the refractory period.
    #[var(init = 0)]
    refractory_period_end: Var<i64>,
    /// Fraction of the current lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    du: Var<T>,
    /// Fraction of the voltage lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    dv: Var<T>,
    /// Constant input to the voltage per step; in fixed point its mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias in fixed point, a power of 2; floating-point models ignore it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// Voltage above which a neuron spikes; in fixed point in the units of a weight.
    #[var(init = T::VTH, range = T::THRESHOLD)]
    vth: Var<T>,
    /// Refractory period, in steps after the step of the spike.
    #[var(init = 1, range = 1..)]
    refractory_period: Var<i32>,
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

/// Starts the refractory period of neurons that fire in this step.
#[inline(always)]
fn begin(step: i64, fired: &Fired, period: &PerNeuron<i32>, end: &mut [i64]) {
    for &neuron in &fired.neurons {
        let neuron = neuron as usize;
        end[neuron] = step.saturating_add(i64::from(period.block(neuron, 1)[0]));
    }
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = LifRefractory<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<Spike>,
            u: Vec<$T>,
            v: Vec<$T>,
            refractory_period_end: Vec<i64>,
            du: PerNeuron<$T>,
            dv: PerNeuron<$T>,
            bias_mant: PerNeuron<$T>,
            bias_exp: PerNeuron<i32>,
            vth: PerNeuron<$T>,
            refractory_period: PerNeuron<i32>,
            update: Update,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
            #[local(rebuilt)]
            events: EventDriven<($T, $T)>,
            #[local(rebuilt)]
            fired: Fired,
        }

        leaky_closed_form!($model, $T, [$($bound)*], [$($parameter)*], |lif: &Self, neuron, cascade, state| {
            // What is refractory is computed.
            let is_free = lif.refractory_period_end[neuron] <= lif.context.time_step() as i64;
            is_free && stays_below(&lif.vth, neuron, cascade, state)
        });

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            event_methods!();

            fn check(&self) -> crate::Result<()> {
                check_update::<$T>(self.update)
            }

            fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
                self.events.accept();
                Ok(())
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let step = self.context.time_step() as i64;
                step_leaky!(
                    self,
                    Held {
                        rule: Above(&self.vth),
                        step,
                        end: &self.refractory_period_end,
                    }
                );
                let (end, period) = (&mut self.refractory_period_end, &self.refractory_period);
                begin(step, &self.fired, period, end);
                end_events!(self);
                self.s_out.send_indices(&self.fired.neurons)
            }
        }
    };
}

model!(LifRefractoryFloat, FloatingPt, T, [T: Real], [T]);
model!(LifRefractoryFixed, FixedPt, i32, [], []);
