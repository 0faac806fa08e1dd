//! Leaky integrate-and-fire neurons with ternary output.

use super::leaky::{Leaky, leaky, leaky_closed_form, stays_below};
use super::spike_rule::Outside;
use crate::model::{ClosedForm, EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::kernel::cascade::{Cascade, is_below};
use crate::proc::kernel::events::{begin_events, check_update, event_methods};
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::membrane::Membrane;
use crate::proc::kernel::real::Real;

/// Leaky integrate-and-fire neurons with ternary output: 1 above the higher of two thresholds, −1
/// below the lower, and 0 between them.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/ternary_lif.svg"))]
///
/// Current and voltage follow the equations of [`Lif`](super::Lif), in floating and in fixed point:
///
/// ```text
/// u ← u·(1 − du) + a_in
/// v ← v·(1 − dv) + u + bias_mant
/// s_out = 1 and v ← 0 where v > vth_hi;  s_out = −1 and v ← 0 where v < vth_lo
/// ```
///
/// The messages are numbers of type `T`: connected to a [`Dense<T, T>`](crate::proc::Dense), they
/// multiply the weights. `s_out.cast::<Spike>()` turns both −1 and 1 into a spike;
/// `s_out.cast::<f32>()` converts to another number type.
///
/// Ports and Vars have the shape of the population; every parameter may differ from neuron to
/// neuron. `vth_lo` must not be above `vth_hi` when a run starts. Thresholds that are set later and
/// cross send 0 between them. With [`Update::EventDriven`], in floating point, neurons that stay between
/// the thresholds are not computed.
///
/// Source: Intel's Lava (`PyTernLifModelFloat`, `PyTernLifModelFixed`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Dense, Source, TernaryLif};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source          = Source::data([[3.0, -3.0, 0.5]]);
///     lif:    TernaryLif      = TernaryLif::shape([3]).vth_hi(1.0).vth_lo(-1.0);
///     output: Dense<f32, f32> = Dense::weights([[10.0, 1.0, 5.0]]);
///     input.s_out -> lif.a_in;
///     lif.s_out -> output.s_in;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.output.a_buff.get()?[0], 10.0 - 1.0);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct TernaryLif<T: Membrane = f32> {
    /// Synaptic input, summed over all connections.
    a_in: InPort<T>,
    /// Output: −1, 0 or 1.
    s_out: OutPort<T>,
    /// Synaptic current.
    #[var(init = T::ZERO, finite)]
    u: Var<T>,
    /// Membrane voltage.
    #[var(init = T::ZERO, finite)]
    v: Var<T>,
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
    /// Voltage above which a neuron sends 1; in fixed point in the units of a weight.
    #[var(init = T::VTH, range = T::THRESHOLD)]
    vth_hi: Var<T>,
    /// Voltage below which a neuron sends −1; in fixed point in the units of a weight.
    #[var(init = -T::VTH, range = T::THRESHOLD)]
    vth_lo: Var<T>,
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

/// Checks that no lower threshold is above the higher one.
fn check<T: Membrane>(
    population: usize,
    lo: &PerNeuron<T>,
    hi: &PerNeuron<T>,
) -> crate::Result<()> {
    for (start, len) in blocks(population) {
        let pairs = lo.block(start, len).iter().zip(hi.block(start, len));
        if let Some((neuron, (lo, hi))) = (start..).zip(pairs).find(|(_, (lo, hi))| lo > hi) {
            let message = format!(
                "`vth_lo` is {lo:?} and `vth_hi` {hi:?} in neuron {neuron}; \
                 give a `vth_lo` of at most `vth_hi`"
            );
            return Err(crate::Error::model(message));
        }
    }
    Ok(())
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = TernaryLif<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<$T>,
            u: Vec<$T>,
            v: Vec<$T>,
            du: PerNeuron<$T>,
            dv: PerNeuron<$T>,
            bias_mant: PerNeuron<$T>,
            bias_exp: PerNeuron<i32>,
            vth_hi: PerNeuron<$T>,
            vth_lo: PerNeuron<$T>,
            update: Update,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
            #[local(rebuilt)]
            events: EventDriven<($T, $T)>,
        }

        leaky_closed_form!($model, $T, [$($bound)*], [$($parameter)*], |lif: &Self, neuron, cascade: Cascade, state| {
            let lo = -lif.vth_lo.block(neuron, 1)[0].real();
            stays_below(&lif.vth_hi, neuron, cascade, state)
                && is_below::<$T>(-cascade.lowest(state), lo, state[1].abs())
        });

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            event_methods!();

            fn check(&self) -> crate::Result<()> {
                check_update::<$T>(self.update)?;
                check(self.v.len(), &self.vth_lo, &self.vth_hi)
            }

            fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
                self.events.accept();
                Ok(())
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                if self.update == Update::EventDriven {
                    begin_events!(self, self.v.len(), a_in);
                    let (lo, hi) = (&self.vth_lo, &self.vth_hi);
                    let mut sent = self.s_out.accumulate_sparsely()?;
                    let events = Some(self.events.blocks());
                    Leaky { events, ..leaky!(self) }.step(Outside { lo, hi }, &mut sent);
                    let step = self.context.time_step();
                    self.with_events(|model, events| events.rest(model, step));
                    return Ok(());
                }
                let rule = Outside {
                    lo: &self.vth_lo,
                    hi: &self.vth_hi,
                };
                leaky!(self).step(rule, self.s_out.accumulate()?);
                Ok(())
            }
        }
    };
}

model!(TernaryLifFloat, FloatingPt, T, [T: Real], [T]);
model!(TernaryLifFixed, FixedPt, i32, [], []);
