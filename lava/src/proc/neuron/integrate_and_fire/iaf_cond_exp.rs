//! Integrate-and-fire neurons with exponential synaptic conductances.

use super::check::{Sign, all_reset_below};
use super::current::add_currents;
use super::exact::{decay, mean};
use super::threshold::Threshold;
use crate::model::{Arrive, BLOCK, Sleep, StepState};
use crate::prelude::*;
use crate::proc::kernel::coefficient::{Coefficient, are_uniform};
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::{steps, time_step};
use crate::process::TimeStep;
use crate::units::ms;

/// Leaky integrate-and-fire neurons with exponentially decaying synaptic conductances.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/iaf_cond_exp.svg"))]
///
/// ```text
/// c_m · dV/dt = −g_l·(V − e_l) − g_ex·(V − e_ex) − g_in·(V − e_in) + i_e
/// dg_ex/dt = −g_ex/tau_syn_ex        dg_in/dt = −g_in/tau_syn_in
/// ```
///
/// A step, in this order: (1) the voltage is integrated over `dt` under the conductances of the
/// last step, unless the neuron is refractory; (2) the conductances decay, exactly; (3) the input
/// of this step is added to them; (4) if `v_m ≥ v_th` the neuron spikes, and `v_m` is held at
/// `v_reset` for `t_ref/dt` steps. Weights are conductances: positive
/// for excitation, negative for inhibition.
///
/// The voltage is integrated with the conductances at their mean during the step (exponential
/// Euler): their decay is exact, the error of the voltage is of second order in `dt`, and every
/// step length is stable. NEST integrates adaptively with Runge–Kutta–Fehlberg. `v_m` starts at −70
/// mV, for every `e_l`. Ports and Vars have the shape of the population; every parameter but `dt`
/// may differ from neuron to neuron.
///
/// Source: NEST's `iaf_cond_exp`; Brette et al. (2007), *Simulation of networks of spiking
/// neurons*, J. Comput. Neurosci. 23, 349–398 (benchmark 1, COBA); Meffin, Burkitt & Grayden
/// (2004), J. Comput. Neurosci. 16, 159–175.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Source;
/// use lava::proc::IafCondExp;
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source     = Source::data([[2.0]]);
///     neuron: IafCondExp = IafCondExp::shape([1]);
///     input.s_out -> neuron.exc_in;
/// }?;
/// net.run(RunSteps(2000))?;
/// // 2 nS a step, 0.2 ms: a conductance of 2 / (1 − e^(−1/2)) = 5.08 nS, and a voltage of
/// // (16.67 · −70 + mean · 0) / (16.67 + mean) mV, where its mean during a step is 4 nS.
/// let v = net.neuron.v_m.get()?[0];
/// assert!((v - -56.45).abs() < 0.01, "{v}");
/// # net.stop()
/// # }
/// ```
#[process]
pub struct IafCondExp<T: Real = f32> {
    /// Excitatory input, in nS, positive: added to `g_ex`. A negative one is an error.
    exc_in: InPort<T>,
    /// Inhibitory input, in nS, negative as in every neuron: its magnitude is added to `g_in`, so a
    /// positive number has the same effect.
    inh_in: InPort<T>,
    /// Input current during this step, in pA, of either sign: added to `i_e`.
    current_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Membrane voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    v_m: Var<T>,
    /// Excitatory synaptic conductance, in nS.
    #[var(init = T::ZERO, range = T::NON_NEGATIVE)]
    g_ex: Var<T>,
    /// Inhibitory synaptic conductance, in nS.
    #[var(init = T::ZERO, range = T::NON_NEGATIVE)]
    g_in: Var<T>,
    /// Remaining refractory period, in steps.
    #[var(init = 0, range = 0..)]
    refractory: Var<i32>,
    /// Membrane capacitance, in pF.
    #[var(init = T::of(250.0), range = T::POSITIVE)]
    c_m: Var<T>,
    /// Leak conductance, in nS.
    #[var(init = T::of(50.0 / 3.0), range = T::POSITIVE)]
    g_l: Var<T>,
    /// Resting voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    e_l: Var<T>,
    /// Reversal voltage of the excitatory conductance, in mV.
    #[var(init = T::ZERO, finite)]
    e_ex: Var<T>,
    /// Reversal voltage of the inhibitory conductance, in mV.
    #[var(init = T::of(-85.0), finite)]
    e_in: Var<T>,
    /// Time constant of the excitatory conductance, in ms.
    #[var(init = T::of(0.2), range = T::POSITIVE)]
    tau_syn_ex: Var<T>,
    /// Time constant of the inhibitory conductance, in ms.
    #[var(init = T::of(2.0), range = T::POSITIVE)]
    tau_syn_in: Var<T>,
    /// Voltage at which a neuron spikes, in mV.
    #[var(init = T::of(-55.0), finite)]
    v_th: Var<T>,
    /// Voltage after a spike, in mV; below `v_th`.
    #[var(init = T::of(-60.0), finite)]
    v_reset: Var<T>,
    /// Refractory period, in ms.
    #[var(init = T::of(2.0), range = T::NON_NEGATIVE)]
    t_ref: Var<T>,
    /// Constant input current, in pA.
    #[var(init = T::ZERO, finite)]
    i_e: Var<T>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = IafCondExp<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct IafCondExpModel<T: Real> {
    exc_in: In<T>,
    inh_in: In<T>,
    current_in: In<T>,
    s_out: Out<Spike>,
    v_m: Vec<T>,
    g_ex: Vec<T>,
    g_in: Vec<T>,
    refractory: Vec<i32>,
    c_m: PerNeuron<T>,
    g_l: PerNeuron<T>,
    e_l: PerNeuron<T>,
    e_ex: PerNeuron<T>,
    e_in: PerNeuron<T>,
    tau_syn_ex: PerNeuron<T>,
    tau_syn_in: PerNeuron<T>,
    v_th: PerNeuron<T>,
    v_reset: PerNeuron<T>,
    t_ref: PerNeuron<T>,
    i_e: PerNeuron<T>,
    dt: f64,
    /// Decay of the conductances in a step, and their means during it.
    #[local(rebuilt)]
    synapses: Factors<T, 4>,
    /// The current at 0 mV without synapses; the exponent of the voltage's decay in a step per unit
    /// of conductance.
    #[local(rebuilt)]
    membrane: Factors<T, 2>,
    /// The refractory period in steps.
    #[local(rebuilt)]
    period: Factors<i32, 1>,
    #[local(rebuilt)]
    fired: Fired,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

/// The index of the current among the coefficients of the membrane.
const DRIVE: usize = 0;

impl<T: Real> IafCondExpModel<T> {
    fn derive(&mut self) -> crate::Result<()> {
        let (dt, neurons) = (time_step(self.dt)?, self.context.neurons());
        let time_constants = [&self.tau_syn_ex, &self.tau_syn_in];
        self.synapses = Factors::of(neurons.len(), time_constants, |[tau_ex, tau_in]| {
            let [mean_ex, mean_in] = [tau_ex, tau_in].map(|tau| mean(dt, tau));
            let [left_ex, left_in] = [tau_ex, tau_in].map(|tau| decay(dt, tau));
            [left_ex, left_in, mean_ex, mean_in].map(T::of)
        });
        self.membrane = Factors::finite(neurons.clone(), [("c_m", &self.c_m)], |[c_m]| {
            [(0.0, "g_l"), (-dt / c_m, "c_m")]
        })?;
        self.period = Factors::of(neurons.len(), [&self.t_ref], |[time]| [steps(time, dt)]);
        self.derive_drive()
    }

    /// Returns `true` if all neurons have the same coefficients.
    fn is_uniform(&self) -> bool {
        let own = [&self.e_ex, &self.e_in, &self.g_l, &self.v_th, &self.v_reset];
        self.synapses.is_uniform()
            && self.membrane.is_uniform()
            && self.period.is_uniform()
            && are_uniform(&own)
    }

    fn derive_drive(&mut self) -> crate::Result<()> {
        let parameters = [("g_l", &self.g_l), ("e_l", &self.e_l), ("i_e", &self.i_e)];
        let neurons = self.context.neurons();
        let drive = Factors::finite(neurons.clone(), parameters, |[g_l, e_l, i_e]| {
            [(g_l * e_l + i_e, "g_l")]
        })?;
        self.membrane.replace(DRIVE, drive);
        // The voltage to which the neuron relaxes without synapses.
        Factors::<T, 1>::finite(neurons, parameters, |[g_l, e_l, i_e]| {
            [((g_l * e_l + i_e) / g_l, "g_l")]
        })?;
        Ok(())
    }
}

/// Input and coefficients of a block of neurons; of the synapses, the excitatory ones first.
struct CondExpBlock<'a, T> {
    exc_in: &'a [T],
    inh_in: &'a [T],
    left: [&'a [T]; 2],
    mean: [&'a [T]; 2],
    reversal: [&'a [T]; 2],
    drive: &'a [T],
    rate: &'a [T],
    g_l: &'a [T],
    v_th: &'a [T],
    v_reset: &'a [T],
    period: &'a [i32],
}

/// Computes a step of a block, in which all neurons have the same coefficients if `UNIFORM`. Returns `true` if one
/// fires.
#[inline(always)]
fn update<T: Real, const UNIFORM: bool>(
    block: &CondExpBlock<'_, T>,
    v: &mut [T],
    g_ex: &mut [T],
    g_in: &mut [T],
    refractory: &mut [i32],
    fired: &mut [bool],
) -> bool {
    let len = fired.len();
    let (v, refractory) = (&mut v[..len], &mut refractory[..len]);
    let (g_ex, g_in) = (&mut g_ex[..len], &mut g_in[..len]);
    let (exc_in, inh_in) = (&block.exc_in[..len], &block.inh_in[..len]);
    let [left_ex, left_in] = Coefficient::<T, UNIFORM>::all(block.left, len);
    let [mean_ex, mean_in] = Coefficient::<T, UNIFORM>::all(block.mean, len);
    let [e_ex, e_in] = Coefficient::<T, UNIFORM>::all(block.reversal, len);
    let others = [
        block.drive,
        block.rate,
        block.g_l,
        block.v_th,
        block.v_reset,
    ];
    let [drive, rate, g_l, v_th, v_reset] = Coefficient::<T, UNIFORM>::all(others, len);
    let period = Coefficient::<i32, UNIFORM>::new(block.period, len);
    let mut any = false;
    for i in 0..len {
        let (ex, inh) = (g_ex[i] * mean_ex[i], g_in[i] * mean_in[i]);
        let total = g_l[i] + ex + inh;
        let goal = (drive[i] + ex * e_ex[i] + inh * e_in[i]) / total;
        let new = goal + (v[i] - goal) * (total * rate[i]).vector_exp();
        g_ex[i] = (g_ex[i] * left_ex[i]).settled() + exc_in[i];
        g_in[i] = (g_in[i] * left_in[i]).settled() + inh_in[i].abs();
        let spike = Threshold::new(v_th[i], v_reset[i], period[i]);
        (v[i], refractory[i], fired[i]) = spike.step(v[i], refractory[i], new);
        any |= fired[i];
    }
    any
}

impl<T: Real> LoihiModel for IafCondExpModel<T> {
    const USES_AVX512: bool = true;

    fn check(&self) -> crate::Result<()> {
        all_reset_below(self.context.neurons(), &self.v_reset, &self.v_th)
    }

    fn start(&mut self) -> crate::Result<()> {
        self.derive()
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "i_e" => self.derive_drive(),
            _ => self.derive(),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let has_exc = self.exc_in.is_connected();
        let is_uniform = !self.current_in.is_connected() && self.is_uniform();
        let (mut exc_in, mut inh_in) = (self.exc_in.recv_blocks(), self.inh_in.recv_blocks());
        let has_current = self.current_in.is_connected();
        let current_in = self.current_in.recv_sums();
        let first = self.context.neurons().start;
        self.fired.neurons.clear();
        let mut sum = [T::ZERO; BLOCK];
        let step = self.context.time_step();
        let inputs: [&dyn Arrive; 3] = [&exc_in, &inh_in, &current_in];
        let mut blocks = self.sleep.blocks(self.v_m.len(), step, &inputs);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v_m, &self.g_ex, &self.g_in, &self.refractory]);
            }
            let (exc_in, inh_in) = (exc_in.block(start, len), inh_in.block(start, len));
            if has_exc {
                Sign::Positive.check("exc_in", first + start, exc_in)?;
            }
            let currents = has_current.then(|| (current_in.block(start, len), &[(); BLOCK][..len]));
            let [left_ex, left_in, mean_ex, mean_in] = self.synapses.blocks(start, len);
            let [drive, rate] = self.membrane.blocks(start, len);
            let [period] = self.period.blocks(start, len);
            let block = CondExpBlock {
                exc_in,
                inh_in,
                left: [left_ex, left_in],
                mean: [mean_ex, mean_in],
                reversal: [&self.e_ex, &self.e_in].map(|values| values.block(start, len)),
                drive: add_currents(drive, currents, |()| T::ONE, &mut sum),
                rate,
                g_l: self.g_l.block(start, len),
                v_th: self.v_th.block(start, len),
                v_reset: self.v_reset.block(start, len),
                period,
            };
            let range = start..start + len;
            let (g_ex, g_in) = (&mut self.g_ex[range.clone()], &mut self.g_in[range.clone()]);
            let (v, refractory) = (&mut self.v_m[range.clone()], &mut self.refractory[range]);
            let mut fired = [false; BLOCK];
            let any = match is_uniform {
                true => update::<T, true>(&block, v, g_ex, g_in, refractory, &mut fired[..len]),
                false => update::<T, false>(&block, v, g_ex, g_in, refractory, &mut fired[..len]),
            };
            self.fired.collect_if(any, start, &fired[..len]);
            if blocks.look() {
                let state: [&dyn StepState; 4] =
                    [&self.v_m, &self.g_ex, &self.g_in, &self.refractory];
                blocks.after(&state, self.fired.has_fired_from(start));
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
