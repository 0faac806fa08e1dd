//! Leaky integrate-and-fire neurons with a refractory period.

use super::leaky::leaky;
use super::membrane::Membrane;
use super::rule::{Above, Held};
use crate::prelude::*;
use crate::proc::fired::Fired;
use crate::proc::real::Real;

/// A population of leaky integrate-and-fire neurons whose voltage is held after a spike.
///
/// Current and voltage are those of [`Lif`](super::Lif), in floating and in fixed point. A neuron
/// that spikes in step *t* is reset, and keeps its voltage until step *t* + `refractory_period`
/// has passed; its current moves on, and input counts:
///
/// ```text
/// u ← u·(1 − du) + a_in
/// v ← v·(1 − dv) + u + bias_mant        where refractory_period_end < t
/// spikes, v ← 0 and refractory_period_end ← t + refractory_period where v > vth
/// ```
///
/// A voltage that is set above threshold fires even then.
///
/// Every parameter may differ from neuron to neuron.
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
    /// The last step in which a neuron keeps its voltage.
    #[var(init = 0)]
    refractory_period_end: Var<i64>,
    /// Fraction of the current lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    du: Var<T>,
    /// Fraction of the voltage lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    dv: Var<T>,
    /// Constant input to the voltage; in fixed point the mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias, in fixed point; floating-point models do not use it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// Voltage above which a neuron spikes.
    #[var(init = T::VTH, range = T::THRESHOLD)]
    vth: Var<T>,
    /// For how many steps a neuron keeps its voltage after the step in which it spiked.
    #[var(init = 1, range = 1..)]
    refractory_period: Var<i32>,
}

/// Begins the refractory period of neurons that fire in this step.
#[inline(always)]
fn begin(step: i64, fired: &Fired, period: &PerNeuron<i32>, end: &mut [i64]) {
    for &neuron in &fired.neurons {
        let neuron = neuron as usize;
        end[neuron] = step.saturating_add(i64::from(period.block(neuron, 1)[0]));
    }
}

#[implements(proc = LifRefractory<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct LifRefractoryFloat<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    u: Vec<T>,
    v: Vec<T>,
    refractory_period_end: Vec<i64>,
    du: PerNeuron<T>,
    dv: PerNeuron<T>,
    bias_mant: PerNeuron<T>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<T>,
    refractory_period: PerNeuron<i32>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl<T: Real> Shardable for LifRefractoryFloat<T> {}

impl<T: Real> LoihiModel for LifRefractoryFloat<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let step = self.context.time_step() as i64;
        let (end, period) = (&mut self.refractory_period_end, &self.refractory_period);
        let rule = Above(&self.vth);
        leaky!(self).step(Held { rule, step, end }, &mut self.fired);
        begin(step, &self.fired, period, end);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = LifRefractory<i32>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct LifRefractoryFixed {
    a_in: In<i32>,
    s_out: Out<Spike>,
    u: Vec<i32>,
    v: Vec<i32>,
    refractory_period_end: Vec<i64>,
    du: PerNeuron<i32>,
    dv: PerNeuron<i32>,
    bias_mant: PerNeuron<i32>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<i32>,
    refractory_period: PerNeuron<i32>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl Shardable for LifRefractoryFixed {}

impl LoihiModel for LifRefractoryFixed {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let step = self.context.time_step() as i64;
        let (end, period) = (&mut self.refractory_period_end, &self.refractory_period);
        let rule = Above(&self.vth);
        leaky!(self).step(Held { rule, step, end }, &mut self.fired);
        begin(step, &self.fired, period, end);
        self.s_out.send_indices(&self.fired.neurons)
    }
}
