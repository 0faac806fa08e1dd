//! Leaky integrate-and-fire neurons.

use super::leaky::{leaky, leaky_closed_form, stays_below, step_leaky};
use super::spike_rule::{Above, AboveBySubtraction};
use crate::model::{EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::kernel::events::{begin_events, check_update, end_events, event_methods};
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::membrane::Membrane;
use crate::proc::kernel::real::Real;

/// Leaky integrate-and-fire neurons with a synaptic current.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/lif.svg"))]
///
/// In floating point (`Lif<f32>`, the default, and `Lif<f64>`), per step and neuron:
///
/// ```text
/// u ← u·(1 − du) + a_in
/// v ← v·(1 − dv) + u + bias_mant        spikes and v ← 0 where v > vth
/// ```
///
/// In fixed point, `Lif<i32>`, bit for bit as Loihi computes it: `du` and `dv` are in units of
/// 1/4096; input and threshold are shifted left by 6 bits, so `u`, `v` and the bias are in units
/// of 1/64 of a weight; the bias is `bias_mant·2^bias_exp`; `u` wraps around at 24 bits, `v`
/// saturates there; products are rounded towards zero.
///
/// ```text
/// u ← wrap(u·(4095 − du)/4096 + (a_in << 6))
/// v ← clamp(v·(4096 − dv)/4096 + u + bias)      spikes and v ← 0 where v > vth << 6
/// ```
///
/// With [`ResetMode::Subtract`], `v ← v − vth` (in fixed point `v − vth << 6`) replaces `v ← 0`: the
/// part of the voltage above the threshold is kept, and the rate is proportional to the input.
///
/// Input acts in the step in which it arrives, and a spike leaves in the step in which the voltage
/// crosses the threshold. Ports and Vars have the shape of the population; every parameter may
/// differ from neuron to neuron.
///
/// With [`Update::EventDriven`], in floating point, a neuron that cannot reach `vth` under its current and bias
/// alone is not computed, until something arrives.
///
/// Source: Davies et al. (2018), *Loihi: A Neuromorphic Manycore Processor with On-Chip
/// Learning*, IEEE Micro 38(1); arithmetic as in Intel's Lava (`PyLifModelBitAcc`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let fixed: Lif<i32> = net.add(Lif::shape([2]).bias_mant(100).bias_exp(6).vth(200).dv(400))?;
/// net.run(RunSteps(1))?;
/// assert_eq!(fixed.v.get()?, ndarray::arr1(&[6400, 6400]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Lif<T: Membrane = f32> {
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
    /// The effect of a spike on the voltage.
    #[param(default = ResetMode::Zero)]
    reset: Param<ResetMode>,
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

/// Reset of the voltage of a [`Lif`] that spikes.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Lif, ResetMode};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif = Lif::shape([1]).bias_mant(0.75).vth(1.0).reset(ResetMode::Subtract);
/// let lif: Lif = net.add(lif)?;
/// let v = net.probe(&lif.v)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(v.data().as_slice(), Some(&[0.75, 0.5, 0.25, 1.0][..]));
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetMode {
    /// The voltage becomes 0.
    #[default]
    Zero,
    /// The threshold is subtracted from the voltage.
    Subtract,
}

#[cfg(feature = "store")]
crate::storable!(
    enum ResetMode {
        Zero,
        Subtract,
    }
);

#[implements(proc = Lif<T>, protocol = Loihi, shardable, batch)]
#[tag(FloatingPt)]
struct LifFloat<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    u: Vec<T>,
    v: Vec<T>,
    du: PerNeuron<T>,
    dv: PerNeuron<T>,
    bias_mant: PerNeuron<T>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<T>,
    reset: ResetMode,
    update: Update,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
    #[local(rebuilt)]
    events: EventDriven<(T, T)>,
    #[local(rebuilt)]
    fired: Fired,
}

leaky_closed_form!(LifFloat, T, [T: Real], [T], |lif: &Self, neuron, cascade, state| {
    stays_below(&lif.vth, neuron, cascade, state)
});

impl<T: Real> LoihiModel for LifFloat<T> {
    event_methods!();

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.events.accept();
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        match self.reset {
            ResetMode::Zero => step_leaky!(self, Above(&self.vth)),
            ResetMode::Subtract => step_leaky!(self, AboveBySubtraction(&self.vth)),
        }
        end_events!(self);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = Lif<i32>, protocol = Loihi, shardable, batch)]
#[tag(FixedPt)]
struct LifFixed {
    a_in: In<i32>,
    s_out: Out<Spike>,
    u: Vec<i32>,
    v: Vec<i32>,
    du: PerNeuron<i32>,
    dv: PerNeuron<i32>,
    bias_mant: PerNeuron<i32>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<i32>,
    reset: ResetMode,
    update: Update,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
    #[local(rebuilt)]
    fired: Fired,
}

impl LoihiModel for LifFixed {
    fn check(&self) -> crate::Result<()> {
        check_update::<i32>(self.update)
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        match self.reset {
            ResetMode::Zero => leaky!(self).step(Above(&self.vth), &mut self.fired),
            ResetMode::Subtract => {
                leaky!(self).step(AboveBySubtraction(&self.vth), &mut self.fired);
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
