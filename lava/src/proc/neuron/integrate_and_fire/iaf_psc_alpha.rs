//! Integrate-and-fire neurons with alpha-shaped synaptic currents.

use std::f64::consts::E;

use super::check::{Sign, all_reset_below};
use super::current::add_currents;
use super::exact;
use super::threshold::Threshold;
use crate::model::{Arrive, BLOCK, Sleep, StepState};
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::{steps, time_step};
use crate::process::TimeStep;
use crate::units::ms;

/// Leaky integrate-and-fire neurons with alpha-shaped synaptic currents, integrated exactly.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/iaf_psc_alpha.svg"))]
///
/// ```text
/// c_m · dV/dt = −c_m/tau_m · (V − e_l) + i_ex + i_in + i_e
/// di_ex/dt = di_ex − i_ex/tau_syn_ex        d(di_ex)/dt = −di_ex/tau_syn_ex
/// di_in/dt = di_in − i_in/tau_syn_in        d(di_in)/dt = −di_in/tau_syn_in
/// ```
///
/// An input of `w` adds `e/tau_syn · w` to `di_ex` or `di_in`. The current that it brings is
/// `w · t/tau_syn · exp(1 − t/tau_syn)`, which is highest, `w`, after `tau_syn`.
///
/// A step, in this order: (1) the voltage is integrated over `dt` under the currents of the last step, unless the
/// neuron is refractory; (2) so are the currents; (3) the input of this step is added; (4) if `v_m ≥ v_th` the
/// neuron spikes, and `v_m` is held at `v_reset` for `t_ref/dt` steps. Currents evolve during the refractory period
/// too.
///
/// Excitatory and inhibitory input have ports of their own, since their time constants differ; inhibitory weights are
/// negative. `v_m` starts at −70 mV, for every `e_l`. Ports and Vars have the shape of the population; every
/// parameter but `dt` may differ from neuron to neuron.
///
/// Source: NEST's `iaf_psc_alpha`; Rotter & Diesmann (1999), Biological Cybernetics 81, 381–402.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Events, IafPscAlpha, Sparse, SpikeTrain};
/// use lava::proc::synapse::{Distribution, Projection};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:   SpikeTrain  = SpikeTrain::shape([1]).events(Events::from_steps([(10, 0)]));
///     synapse: Sparse      = Sparse::projection(Projection::new(1, 1).weights(Distribution::Constant(100.0)));
///     neuron:  IafPscAlpha = IafPscAlpha::shape([1]);
///     input.s_out   -> synapse.s_in;
///     synapse.a_out -> neuron.exc_in;
/// }?;
/// let current = net.probe(&net.neuron.i_ex)?;
/// net.run(RunSteps(100))?;
/// // The spike of step 10 arrives in step 11; the current is highest tau_syn_ex = 2 ms later.
/// let current = current.data();
/// assert!((current[[30, 0]] - 100.0).abs() < 1e-3);
/// assert!(current[[29, 0]] < current[[30, 0]] && current[[31, 0]] < current[[30, 0]]);
/// # net.network.stop()
/// # }
/// ```
#[process]
pub struct IafPscAlpha<T: Real = f32> {
    /// Excitatory input, in pA: the highest current that it brings. Where both kinds of input have one time
    /// constant, inhibition may come here too, with negative weights.
    exc_in: InPort<T>,
    /// Inhibitory input, in pA, negative as in every neuron. A positive one is an error.
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
    /// Growth of the excitatory current, in pA/ms: what the decay of `i_ex` itself is subtracted from.
    #[var(init = T::ZERO, finite)]
    di_ex: Var<T>,
    /// Inhibitory synaptic current, in pA.
    #[var(init = T::ZERO, finite)]
    i_in: Var<T>,
    /// Growth of the inhibitory current, in pA/ms.
    #[var(init = T::ZERO, finite)]
    di_in: Var<T>,
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
}

#[implements(proc = IafPscAlpha<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct IafPscAlphaModel<T: Real> {
    exc_in: In<T>,
    inh_in: In<T>,
    current_in: In<T>,
    s_out: Out<Spike>,
    v_m: Vec<T>,
    i_ex: Vec<T>,
    di_ex: Vec<T>,
    i_in: Vec<T>,
    di_in: Vec<T>,
    refractory: Vec<i32>,
    c_m: PerNeuron<T>,
    tau_m: PerNeuron<T>,
    tau_syn_ex: PerNeuron<T>,
    tau_syn_in: PerNeuron<T>,
    e_l: PerNeuron<T>,
    v_th: PerNeuron<T>,
    v_reset: PerNeuron<T>,
    t_ref: PerNeuron<T>,
    i_e: PerNeuron<T>,
    dt: f64,
    /// Per step: decay of the voltage, effect of `i_e` on it.
    #[local(rebuilt)]
    membrane: Factors<T, 2>,
    /// Per step of the excitatory current: [`AlphaStep`] in its order.
    #[local(rebuilt)]
    excitatory: Factors<T, 5>,
    #[local(rebuilt)]
    inhibitory: Factors<T, 5>,
    /// Effect of a constant current of 1 pA on the voltage per step.
    #[local(rebuilt)]
    response: Factors<f64, 1>,
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

/// The index of the effect of `i_e` among the coefficients of the membrane.
const CONSTANT: usize = 1;

impl<T: Real> IafPscAlphaModel<T> {
    fn derive(&mut self) -> crate::Result<()> {
        let (dt, neurons) = (time_step(self.dt)?, self.context.neurons());
        let membrane = [("c_m", &self.c_m), ("tau_m", &self.tau_m)];
        self.membrane = Factors::finite(neurons.clone(), [membrane[1]], |[tau_m]| {
            [(exact::decay(dt, tau_m), "tau_m"), (0.0, "i_e")]
        })?;
        self.response = Factors::finite(neurons.clone(), membrane, |[c_m, tau_m]| {
            [(exact::from_constant(dt, tau_m, c_m), "c_m")]
        })?;
        let synapse = |name, tau_syn| {
            let parameters = [membrane[0], membrane[1], (name, tau_syn)];
            Factors::finite(neurons.clone(), parameters, |[c_m, tau_m, tau]| {
                let left = exact::decay(dt, tau);
                [
                    (left, name),
                    (left * dt, name),
                    (exact::from_decaying(dt, tau, tau_m, c_m), "c_m"),
                    (exact::from_growing(dt, tau, tau_m, c_m), "c_m"),
                    (E / tau, name),
                ]
            })
        };
        self.excitatory = synapse("tau_syn_ex", &self.tau_syn_ex)?;
        self.inhibitory = synapse("tau_syn_in", &self.tau_syn_in)?;
        let period = |[time]: [f64; 1]| [steps(time, dt)];
        self.period = Factors::of(neurons.len(), [&self.t_ref], period);
        self.derive_constant()
    }

    fn derive_constant(&mut self) -> crate::Result<()> {
        let i_e = ("i_e", &self.i_e);
        let constant = Factors::product(self.context.neurons(), i_e, &self.response)?;
        self.membrane.replace(CONSTANT, constant);
        Ok(())
    }
}

/// Input and coefficients of the synaptic currents of a block of neurons, per step.
struct AlphaStep<'a, T> {
    input: &'a [T],
    /// Decay of the current and of its growth.
    left: &'a [T],
    /// Effect of the growth on the current.
    grown: &'a [T],
    /// Effects of the current and of its growth on the voltage.
    from_current: &'a [T],
    from_growth: &'a [T],
    /// Growth per unit of input.
    gain: &'a [T],
}

impl<'a, T: Real> AlphaStep<'a, T> {
    #[inline(always)]
    fn new(input: &'a [T], factors: &'a Factors<T, 5>, start: usize) -> AlphaStep<'a, T> {
        let [left, grown, from_current, from_growth, gain] = factors.blocks(start, input.len());
        AlphaStep {
            input,
            left,
            grown,
            from_current,
            from_growth,
            gain,
        }
    }

    /// Computes a step of the currents, and adds their effect on the voltages to `effect`. Where every current is
    /// zero and nothing arrives, nothing is to be done.
    #[inline(always)]
    fn step(&self, current: &mut [T], growth: &mut [T], effect: &mut [T]) {
        let len = current.len();
        let (growth, effect) = (&mut growth[..len], &mut effect[..len]);
        let (input, gain) = (&self.input[..len], &self.gain[..len]);
        let (left, grown) = (&self.left[..len], &self.grown[..len]);
        let (from_current, from_growth) = (&self.from_current[..len], &self.from_growth[..len]);
        for i in 0..len {
            effect[i] = effect[i] + (growth[i] * from_growth[i] + current[i] * from_current[i]);
            current[i] = (growth[i] * grown[i] + current[i] * left[i]).settled();
            growth[i] = (growth[i] * left[i]).settled() + gain[i] * input[i];
        }
    }
}

impl<T: Real> LoihiModel for IafPscAlphaModel<T> {
    const USES_AVX512: bool = true;

    fn check(&self) -> crate::Result<()> {
        all_reset_below(self.context.neurons(), &self.v_reset, &self.v_th)
    }

    fn start(&mut self) -> crate::Result<()> {
        self.derive()
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "i_e" => self.derive_constant(),
            _ => self.derive(),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let has_inhibition = self.inh_in.is_connected();
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
            macro_rules! state {
                () => {
                    [
                        &self.v_m as &dyn StepState,
                        &self.i_ex,
                        &self.di_ex,
                        &self.i_in,
                        &self.di_in,
                        &self.refractory,
                    ]
                };
            }
            if blocks.look() {
                blocks.before(&state!());
            }
            let (exc_in, inh_in) = (exc_in.block(start, len), inh_in.block(start, len));
            if has_inhibition {
                Sign::Negative.check("inh_in", first + start, inh_in)?;
            }
            let currents = has_current.then(|| {
                let [response] = self.response.blocks(start, len);
                (current_in.block(start, len), response)
            });
            let [left, constant] = self.membrane.blocks(start, len);
            let constant = add_currents(constant, currents, T::of, &mut sum);
            let mut effect = [T::ZERO; BLOCK];
            let effect = &mut effect[..len];
            let excitatory = AlphaStep::new(exc_in, &self.excitatory, start);
            let (i_ex, di_ex) = (&mut self.i_ex[start..][..len], &mut self.di_ex[start..]);
            excitatory.step(i_ex, di_ex, effect);
            let inhibitory = AlphaStep::new(inh_in, &self.inhibitory, start);
            let (i_in, di_in) = (&mut self.i_in[start..][..len], &mut self.di_in[start..]);
            inhibitory.step(i_in, di_in, effect);
            let [period] = self.period.blocks(start, len);
            let v = &mut self.v_m[start..][..len];
            let refractory = &mut self.refractory[start..][..len];
            let (e_l, v_th) = (self.e_l.block(start, len), self.v_th.block(start, len));
            let v_reset = self.v_reset.block(start, len);
            let mut fired = [false; BLOCK];
            for (i, fired) in fired[..len].iter_mut().enumerate() {
                let new = e_l[i] + ((v[i] - e_l[i]) * left[i] + (effect[i] + constant[i]));
                let spike = Threshold::new(v_th[i], v_reset[i], period[i]);
                (v[i], refractory[i], *fired) = spike.step(v[i], refractory[i], new);
            }
            self.fired.collect(start, &fired[..len]);
            if blocks.look() {
                blocks.after(&state!(), self.fired.has_fired_from(start));
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
