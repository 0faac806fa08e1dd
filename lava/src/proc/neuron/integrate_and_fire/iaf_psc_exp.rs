//! Integrate-and-fire neurons with exponential synaptic currents.

use super::check::{Sign, all_reset_below};
use super::current::add_currents;
use super::exact;
use super::iaf_psc_exp_events::{PscExpState, Reach};
use super::threshold::Threshold;
use crate::model::{
    Arrive, BLOCK, ClosedForm, EventDriven, Sleep, StateReader, StateWriter, StepState, Update,
};
use crate::prelude::*;
use crate::proc::kernel::coefficient::{Coefficient, are_uniform};
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::{Real, are_zero};
use crate::proc::kernel::time::{steps, time_step};
use crate::process::TimeStep;
use crate::units::ms;

/// Leaky integrate-and-fire neurons with exponentially decaying synaptic currents, integrated
/// exactly.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/iaf_psc_exp.svg"))]
///
/// ```text
/// c_m · dV/dt = −c_m/tau_m · (V − e_l) + i_ex + i_in + i_e
/// di_ex/dt = −i_ex/tau_syn_ex        di_in/dt = −i_in/tau_syn_in
/// ```
///
/// A step, in this order: (1) the voltage is integrated over `dt` under the currents of the last
/// step, unless the neuron is refractory; (2) the currents decay; (3) the input of this step is
/// added to them; (4) if `v_m ≥ v_th` the neuron spikes, and `v_m` is held at `v_reset` for
/// `t_ref/dt` steps. Currents evolve during the refractory period too. Input therefore acts on the
/// voltage one step after it arrives.
///
/// Excitatory and inhibitory input have ports of their own, since their time constants differ;
/// inhibitory weights are negative. `v_m` starts at −70 mV, for every `e_l`. Ports and Vars have
/// the shape of the population; every parameter but `dt` may differ from neuron to neuron.
///
/// With [`Update::EventDriven`], a neuron that cannot reach `v_th` under its currents and `i_e` alone is not
/// computed, until something arrives; it pays where most neurons are silent.
///
/// Source: NEST's `iaf_psc_exp`; Tsodyks, Uziel & Markram (2000), J. Neurosci. 20, RC50;
/// integration by Rotter & Diesmann (1999), Biological Cybernetics 81, 381–402.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::IafPscExp;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let neuron: IafPscExp<f64> = net.add(IafPscExp::shape([1]).i_e(500.0))?;
/// let spikes = net.probe(&neuron.s_out)?;
/// net.run(RunSteps(1000))?;
/// // The interval between spikes: 10 ms · ln(20 / (20 − 15)) = 13.86 ms, and 2 ms refractory.
/// let steps: Vec<u64> = spikes.events().iter().map(|(step, _)| *step).collect();
/// assert_eq!(steps, [139, 298, 457, 616, 775, 934]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct IafPscExp<T: Real = f32> {
    /// Excitatory input, in pA: added to `i_ex`. Where both kinds of input have one time constant,
    /// inhibition may come here too, with negative weights.
    exc_in: InPort<T>,
    /// Inhibitory input, in pA, negative as in every neuron: added to `i_in`. A positive one is an
    /// error.
    inh_in: InPort<T>,
    /// Input current during this step, in pA, of either sign: added to `i_e`.
    current_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Membrane voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    v_m: Var<T>,
    /// Excitatory synaptic current, in pA.
    #[var(init = T::ZERO, finite)]
    i_ex: Var<T>,
    /// Inhibitory synaptic current, in pA.
    #[var(init = T::ZERO, finite)]
    i_in: Var<T>,
    /// Remaining refractory period, in steps.
    #[var(init = 0, range = 0..)]
    refractory: Var<i32>,
    /// Membrane capacitance, in pF.
    #[var(init = T::of(250.0), range = T::POSITIVE)]
    c_m: Var<T>,
    /// Membrane time constant, in ms.
    #[var(init = T::of(10.0), range = T::POSITIVE)]
    tau_m: Var<T>,
    /// Time constant of the excitatory current, in ms.
    #[var(init = T::of(2.0), range = T::POSITIVE)]
    tau_syn_ex: Var<T>,
    /// Time constant of the inhibitory current, in ms.
    #[var(init = T::of(2.0), range = T::POSITIVE)]
    tau_syn_in: Var<T>,
    /// Resting voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    e_l: Var<T>,
    /// Voltage at which a neuron spikes, in mV.
    #[var(init = T::of(-55.0), finite)]
    v_th: Var<T>,
    /// Voltage after a spike, in mV; below `v_th`.
    #[var(init = T::of(-70.0), finite)]
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
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

#[implements(proc = IafPscExp<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
pub(super) struct IafPscExpModel<T: Real> {
    pub(super) exc_in: In<T>,
    pub(super) inh_in: In<T>,
    pub(super) current_in: In<T>,
    pub(super) s_out: Out<Spike>,
    pub(super) v_m: Vec<T>,
    pub(super) i_ex: Vec<T>,
    pub(super) i_in: Vec<T>,
    pub(super) refractory: Vec<i32>,
    pub(super) c_m: PerNeuron<T>,
    pub(super) tau_m: PerNeuron<T>,
    pub(super) tau_syn_ex: PerNeuron<T>,
    pub(super) tau_syn_in: PerNeuron<T>,
    pub(super) e_l: PerNeuron<T>,
    pub(super) v_th: PerNeuron<T>,
    pub(super) v_reset: PerNeuron<T>,
    pub(super) t_ref: PerNeuron<T>,
    pub(super) i_e: PerNeuron<T>,
    pub(super) dt: f64,
    pub(super) update: Update,
    /// Per step: decay of the voltage, effect of the currents and of `i_e` on it, decay of the
    /// currents.
    #[local(rebuilt)]
    pub(super) exact: Factors<T, 6>,
    /// Effect of a constant current of 1 pA on the voltage per step.
    #[local(rebuilt)]
    pub(super) response: Factors<f64, 1>,
    /// The refractory period in steps.
    #[local(rebuilt)]
    pub(super) period: Factors<i32, 1>,
    /// For the event-driven update.
    #[local(rebuilt)]
    pub(super) reach: Reach,
    #[local(rebuilt)]
    pub(super) events: EventDriven<PscExpState<T>>,
    #[local(rebuilt)]
    pub(super) fired: Fired,
    /// No neuron has an inhibitory current, nor gets one while nothing is connected.
    #[local(rebuilt)]
    pub(super) is_uninhibited: bool,
    #[local]
    pub(super) context: Context,
    #[local]
    pub(super) sleep: Sleep,
}

/// The index of the effect of `i_e` among the coefficients.
const CONSTANT: usize = 3;

impl<T: Real> IafPscExpModel<T> {
    fn derive(&mut self) -> crate::Result<()> {
        let (dt, neurons) = (time_step(self.dt)?, self.context.neurons());
        let membrane = [("c_m", &self.c_m), ("tau_m", &self.tau_m)];
        let synapses = [
            ("tau_syn_ex", &self.tau_syn_ex),
            ("tau_syn_in", &self.tau_syn_in),
        ];
        let parameters = [membrane[0], membrane[1], synapses[0], synapses[1]];
        self.exact = Factors::finite(
            neurons.clone(),
            parameters,
            |[c_m, tau_m, tau_ex, tau_in]| {
                let from = |tau| (exact::from_decaying(dt, tau, tau_m, c_m), "c_m");
                let left = |tau, name| (exact::decay(dt, tau), name);
                [
                    left(tau_m, "tau_m"),
                    from(tau_ex),
                    from(tau_in),
                    (0.0, "i_e"),
                    left(tau_ex, "tau_syn_ex"),
                    left(tau_in, "tau_syn_in"),
                ]
            },
        )?;
        self.response = Factors::finite(neurons.clone(), membrane, |[c_m, tau_m]| {
            [(exact::from_constant(dt, tau_m, c_m), "c_m")]
        })?;
        let period = |[time]: [f64; 1]| [steps(time, dt)];
        self.period = Factors::of(neurons.len(), [&self.t_ref], period);
        self.derive_reach();
        self.derive_constant()
    }

    /// Returns `true` if all neurons have the same coefficients.
    fn is_uniform(&self) -> bool {
        let own = [&self.e_l, &self.v_th, &self.v_reset];
        self.exact.is_uniform() && self.period.is_uniform() && are_uniform(&own)
    }

    fn derive_constant(&mut self) -> crate::Result<()> {
        let i_e = ("i_e", &self.i_e);
        let constant = Factors::product(self.context.neurons(), i_e, &self.response)?;
        self.exact.replace(CONSTANT, constant);
        Ok(())
    }
}

/// Input and coefficients of a block of neurons.
pub(super) struct PscExpBlock<'a, T> {
    pub(super) exc_in: &'a [T],
    pub(super) inh_in: &'a [T],
    pub(super) left: &'a [T],
    pub(super) from_ex: &'a [T],
    pub(super) from_in: &'a [T],
    pub(super) left_ex: &'a [T],
    pub(super) left_in: &'a [T],
    pub(super) constant: &'a [T],
    pub(super) e_l: &'a [T],
    pub(super) v_th: &'a [T],
    pub(super) v_reset: &'a [T],
    pub(super) period: &'a [i32],
}

/// Computes a step of a block, into which inhibition flows if `INHIBITED`, and in which all neurons have the
/// same coefficients if `UNIFORM`. Returns `true` if some inhibition is positive, and `true` if a neuron fires.
///
/// State that changes is passed in arguments of its own: the compiler knows that they do not overlap, without
/// which the loop would be checked for it.
#[inline(always)]
pub(super) fn update<T: Real, const INHIBITED: bool, const UNIFORM: bool>(
    block: &PscExpBlock<'_, T>,
    v: &mut [T],
    i_ex: &mut [T],
    i_in: &mut [T],
    refractory: &mut [i32],
    fired: &mut [bool],
) -> (bool, bool) {
    let len = fired.len();
    let (v, refractory) = (&mut v[..len], &mut refractory[..len]);
    let (i_ex, i_in) = (&mut i_ex[..len], &mut i_in[..len]);
    let (exc_in, inh_in) = (&block.exc_in[..len], &block.inh_in[..len]);
    let integrated = [block.left, block.constant, block.from_ex, block.from_in];
    let [left, constant, from_ex, from_in] = Coefficient::<T, UNIFORM>::all(integrated, len);
    let [left_ex, left_in] = Coefficient::<T, UNIFORM>::all([block.left_ex, block.left_in], len);
    let voltages = [block.e_l, block.v_th, block.v_reset];
    let [e_l, v_th, v_reset] = Coefficient::<T, UNIFORM>::all(voltages, len);
    let period = Coefficient::<i32, UNIFORM>::new(block.period, len);
    let (mut is_wrong, mut any) = (false, false);
    for i in 0..len {
        let mut inhibition = T::ZERO;
        if INHIBITED {
            // A part of the one loop: a loop of its own costs a tenth of the step.
            is_wrong |= inh_in[i] > T::ZERO;
            inhibition = i_in[i] * from_in[i];
            i_in[i] = (i_in[i] * left_in[i]).settled() + inh_in[i];
        }
        let currents = i_ex[i] * from_ex[i] + inhibition + constant[i];
        let new = e_l[i] + ((v[i] - e_l[i]) * left[i] + currents);
        i_ex[i] = (i_ex[i] * left_ex[i]).settled() + exc_in[i];
        let spike = Threshold::new(v_th[i], v_reset[i], period[i]);
        (v[i], refractory[i], fired[i]) = spike.step(v[i], refractory[i], new);
        any |= fired[i];
    }
    (is_wrong, any)
}

impl<T: Real> LoihiModel for IafPscExpModel<T> {
    const USES_AVX512: bool = true;

    fn check(&self) -> crate::Result<()> {
        all_reset_below(self.context.neurons(), &self.v_reset, &self.v_th)
    }

    fn start(&mut self) -> crate::Result<()> {
        self.is_uninhibited = false;
        self.derive()
    }

    fn before_access(&mut self) {
        let step = self.context.time_step();
        self.with_events(|model, events| events.present(model, step));
    }

    fn save_state(&self, to: &mut StateWriter) -> crate::Result<()> {
        Ok(self.events.save_state(to)?)
    }

    fn load_state(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
        self.is_uninhibited = false;
        Ok(self.events.load_state(self.context.neurons(), from)?)
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        self.events.accept();
        self.is_uninhibited = false;
        match var {
            "i_e" => self.derive_constant(),
            _ => self.derive(),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        if self.update == Update::EventDriven {
            return self.run_events();
        }
        self.is_uninhibited =
            !self.inh_in.is_connected() && (self.is_uninhibited || are_zero(&self.i_in));
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
                blocks.before(&[&self.v_m, &self.i_ex, &self.i_in, &self.refractory]);
            }
            let (exc_in, inh_in) = (exc_in.block(start, len), inh_in.block(start, len));
            let currents = has_current.then(|| {
                let [response] = self.response.blocks(start, len);
                (current_in.block(start, len), response)
            });
            let [left, from_ex, from_in, constant, left_ex, left_in] =
                self.exact.blocks(start, len);
            let [period] = self.period.blocks(start, len);
            let block = PscExpBlock {
                exc_in,
                inh_in,
                left,
                from_ex,
                from_in,
                left_ex,
                left_in,
                constant: add_currents(constant, currents, T::of, &mut sum),
                e_l: self.e_l.block(start, len),
                v_th: self.v_th.block(start, len),
                v_reset: self.v_reset.block(start, len),
                period,
            };
            let range = start..start + len;
            let (v, refractory) = (
                &mut self.v_m[range.clone()],
                &mut self.refractory[range.clone()],
            );
            let (i_ex, i_in) = (&mut self.i_ex[range.clone()], &mut self.i_in[range]);
            let mut fired = [false; BLOCK];
            let fired = &mut fired[..len];
            let (is_wrong, any) = match (!self.is_uninhibited, is_uniform) {
                (true, true) => update::<T, true, true>(&block, v, i_ex, i_in, refractory, fired),
                (true, false) => update::<T, true, false>(&block, v, i_ex, i_in, refractory, fired),
                (false, true) => update::<T, false, true>(&block, v, i_ex, i_in, refractory, fired),
                (false, false) => {
                    update::<T, false, false>(&block, v, i_ex, i_in, refractory, fired)
                }
            };
            if is_wrong {
                return Err(Sign::Negative.error("inh_in", first + start, inh_in));
            }
            self.fired.collect_if(any, start, fired);
            if blocks.look() {
                let state: [&dyn StepState; 4] =
                    [&self.v_m, &self.i_ex, &self.i_in, &self.refractory];
                blocks.after(&state, self.fired.has_fired_from(start));
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
