//! Leaky integrate-and-fire neurons for connections that learn.

use super::leaky::leaky;
use super::spike_rule::Above;
use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::membrane::Membrane;
use crate::proc::kernel::real::Real;

/// Leaky integrate-and-fire neurons, [`Lif`](super::Lif), that send what learning needs: their spikes
/// back to their synapses, and the traces y1, y2 and y3 for rules that take these as third factors.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/learning_lif.svg"))]
///
/// ```text
/// y1 ← y1·exp(−1/y1_tau) + y1_impulse where a neuron fires
/// y2 ← a_third_factor_in
/// ```
///
/// y3 stays as it is set. In fixed point y1 is rounded towards 0, and is at most 127.
///
/// Lava's `LearningLIF` declares these ports and sends nothing through them; here all are sent in
/// every step, the step's own spikes included. For another third factor, declare neurons of your
/// own with an out-port that sends it.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::learning::RewardModulatedStdp;
/// use lava::proc::{LearningDense, LearningLif, Source};
///
/// # fn main() -> lava::Result<()> {
/// let rule = RewardModulatedStdp::default().rule()?;
/// let net = network! { Loihi1SimCfg;
///     pre:    Source<Spike> = Source::data([[true]]);
///     reward: Source        = Source::data([[1.0]]);
///     syn:    LearningDense = LearningDense::weights([[2.0]]).learning_rule(rule);
///     lif:    LearningLif   = LearningLif::shape([1]).du(1.0).vth(1.0);
///     pre.s_out     -> syn.s_in;
///     syn.a_out     -> lif.a_in;
///     reward.s_out  -> lif.a_third_factor_in;
///     lif.s_out_bap -> syn.s_in_bap;
///     lif.s_out_y1  -> syn.s_in_y1;
///     lif.s_out_y2  -> syn.s_in_y2;
/// }?;
/// net.run(RunSteps(3))?;
/// assert!(net.syn.weights.get()?[[0, 0]] != 2.0);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LearningLif<T: Membrane = f32> {
    /// Synaptic input, summed over all connections.
    a_in: InPort<T>,
    /// The third factor: what y2 becomes.
    a_third_factor_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Spikes, for the connections that lead here (back-propagating action potentials).
    s_out_bap: OutPort<Spike>,
    /// The trace y1.
    s_out_y1: OutPort<T>,
    /// The trace y2.
    s_out_y2: OutPort<T>,
    /// The trace y3.
    s_out_y3: OutPort<T>,
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
    /// Trace of the neurons' own spikes.
    #[var(init = T::ZERO, finite)]
    y1: Var<T>,
    /// Third factor.
    #[var(init = T::ZERO, finite)]
    y2: Var<T>,
    /// Another trace, which only `set` and ref-ports change.
    #[var(init = T::ZERO, finite)]
    y3: Var<T>,
    /// The number that a spike adds to y1; default 16.
    #[var(scalar, init = 16.0, range = 0.0..=1e9)]
    y1_impulse: Var<f64>,
    /// Time constant of y1, in steps; default 10.
    #[var(scalar, init = 10.0, range = 0.0..)]
    y1_tau: Var<f64>,
}

/// A model of `LearningLif` for some number types.
macro_rules! model {
    ($tag:ident $model:ident [$($generics:tt)*] [$($arguments:tt)*] $number:tt $trace:ident) => {
        #[implements(proc = LearningLif<$number>, protocol = Loihi, shardable)]
        #[tag($tag)]
        struct $model<$($generics)*> {
            a_in: In<$number>,
            a_third_factor_in: In<$number>,
            s_out: Out<Spike>,
            s_out_bap: Out<Spike>,
            s_out_y1: Out<$number>,
            s_out_y2: Out<$number>,
            s_out_y3: Out<$number>,
            u: Vec<$number>,
            v: Vec<$number>,
            du: PerNeuron<$number>,
            dv: PerNeuron<$number>,
            bias_mant: PerNeuron<$number>,
            bias_exp: PerNeuron<i32>,
            vth: PerNeuron<$number>,
            y1: Vec<$number>,
            y2: Vec<$number>,
            y3: Vec<$number>,
            y1_impulse: f64,
            y1_tau: f64,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
            #[local(rebuilt)]
            fired: Fired,
        }

        impl<$($generics)*> LoihiModel for $model<$($arguments)*> {
            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                leaky!(self).step(Above(&self.vth), &mut self.fired);
                let fired = &self.fired.neurons;
                self.s_out.send_indices(fired)?;
                self.s_out_bap.send_indices(fired)?;
                $trace(&mut self.y1, fired, self.y1_tau, self.y1_impulse);
                self.y2.copy_from_slice(self.a_third_factor_in.recv_slice());
                self.s_out_y1.send_slice(&self.y1)?;
                self.s_out_y2.send_slice(&self.y2)?;
                self.s_out_y3.send_slice(&self.y3)
            }
        }
    };
}

model!(FloatingPt LearningLifFloat [T: Real] [T] T trace_float);
model!(FixedPt LearningLifFixed [] [] i32 trace_fixed);

/// The fraction of a trace that is left after a step.
fn kept(tau: f64) -> f64 {
    if tau == 0.0 {
        0.0
    } else {
        libm::exp(-1.0 / tau)
    }
}

#[inline(always)]
fn trace_float<T: Real>(y1: &mut [T], fired: &[u32], tau: f64, impulse: f64) {
    let (kept, impulse) = (T::of(kept(tau)), T::of(impulse));
    y1.iter_mut().for_each(|y1| *y1 = (*y1 * kept).settled());
    for neuron in fired {
        let y1 = &mut y1[*neuron as usize];
        *y1 = *y1 + impulse;
    }
}

#[inline(always)]
fn trace_fixed(y1: &mut [i32], fired: &[u32], tau: f64, impulse: f64) {
    let kept = kept(tau);
    y1.iter_mut()
        .for_each(|y1| *y1 = (f64::from(*y1) * kept) as i32);
    for neuron in fired {
        let y1 = &mut y1[*neuron as usize];
        *y1 = y1.saturating_add(impulse as i32).min(127);
    }
}
