//! Adaptive exponential integrate-and-fire neurons.

use std::hint::select_unpredictable;

use super::check::{Sign, reset_below};
use super::current::add_currents;
use super::exact::{decay, mean};
use super::threshold::Threshold;
use crate::model::{Arrive, BLOCK, Sleep, StepState};
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::finite::are_any_infinite;
use crate::proc::kernel::fired::{Fired, blocks};
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::{steps, time_step};
use crate::process::TimeStep;
use crate::units::ms;

/// Adaptive exponential integrate-and-fire neurons with exponentially decaying synaptic
/// conductances.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/aeif_cond_exp.svg"))]
///
/// ```text
/// c_m · dV/dt = −g_l·(V − e_l) + g_l·delta_t·exp((V − v_th)/delta_t)
///               − g_ex·(V − e_ex) − g_in·(V − e_in) − w + i_e
/// tau_w · dw/dt = a·(V − e_l) − w
/// dg_ex/dt = −g_ex/tau_syn_ex        dg_in/dt = −g_in/tau_syn_in
/// ```
///
/// A step, in this order: (1) voltage and adaptation are integrated over `dt` under the
/// conductances of the last step; (2) the conductances decay, exactly; (3) the input of this step
/// is added to them; (4) if `v_m ≥ v_peak` the neuron spikes, `v_m` is held at `v_reset` for
/// `t_ref/dt` steps, and `w` grows by `b`. Adaptation and conductances evolve during the refractory
/// period too. Weights are conductances: positive for excitation, negative for inhibition.
///
/// Without the exponential upstroke, with a `delta_t` of 0, the neuron spikes if `v_m ≥ v_th`: it is
/// a leaky integrate-and-fire neuron with adaptation, and `v_peak` has no effect.
///
/// The integration is Heun's method with the mean conductances of each step, of second order in
/// `dt`. It is stable if `dt < 2·c_m/(g_l + g_ex + g_in)`, `dt < 2·tau_w` and, below the threshold
/// `v_th`, the voltage changes by little more than `delta_t` per step; above it the voltage
/// diverges, as intended. A `tau_w` beyond its bound is refused, and a step in which conductances
/// are beyond theirs fails. The argument of the exponential is limited by `v_peak` and by the range
/// of `f32`.
///
/// The upstroke is resolved in steps of `dt`, and the reset waits for the end of a step: every
/// spike adds a delay of one or two steps to a solution that is exact in time.
///
/// Defaults are the parameters of the paper, where the reset is at rest and the peak at 20 mV;
/// synaptic time constants and reversal voltages, which it leaves open, are NEST's. Ports and Vars
/// have the shape of the population; every parameter but `dt` may differ from neuron to neuron.
///
/// Source: Brette & Gerstner (2005), *Adaptive exponential integrate-and-fire model as an
/// effective description of neuronal activity*, J. Neurophysiol. 94, 3637–3642; NEST's
/// `aeif_cond_exp`, which integrates adaptively.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::AeifCondExp;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let neuron: AeifCondExp = net.add(AeifCondExp::shape([1]).i_e(1000.0))?;
/// let spikes = net.probe(&neuron.s_out)?;
/// net.run(RunSteps(3000))?;
/// let steps: Vec<u64> = spikes.events().iter().map(|(step, _)| *step).collect();
/// let intervals: Vec<u64> = steps.windows(2).map(|pair| pair[1] - pair[0]).collect();
/// assert!(intervals.is_sorted() && intervals[0] < intervals[2], "it adapts: {intervals:?}");
/// # net.stop()
/// # }
/// ```
#[process]
pub struct AeifCondExp<T: Real = f32> {
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
    #[var(init = T::of(-70.6), finite)]
    v_m: Var<T>,
    /// Adaptation current, in pA.
    #[var(init = T::ZERO, finite)]
    w: Var<T>,
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
    #[var(init = T::of(281.0), range = T::POSITIVE)]
    c_m: Var<T>,
    /// Leak conductance, in nS.
    #[var(init = T::of(30.0), range = T::POSITIVE)]
    g_l: Var<T>,
    /// Resting voltage, in mV.
    #[var(init = T::of(-70.6), finite)]
    e_l: Var<T>,
    /// Threshold of the exponential upstroke, in mV.
    #[var(init = T::of(-50.4), finite)]
    v_th: Var<T>,
    /// Slope factor of the upstroke, in mV; 0 for a neuron that spikes at `v_th` without one.
    #[var(init = T::of(2.0), range = T::NON_NEGATIVE)]
    delta_t: Var<T>,
    /// Time constant of the adaptation, in ms.
    #[var(init = T::of(144.0), range = T::POSITIVE)]
    tau_w: Var<T>,
    /// Subthreshold coupling of the adaptation to the voltage, in nS.
    #[var(init = T::of(4.0), finite)]
    a: Var<T>,
    /// Increment of the adaptation per spike, in pA.
    #[var(init = T::of(80.5), finite)]
    b: Var<T>,
    /// Voltage at which a spike is sent and the neuron reset, in mV; above `v_th`. Without effect if
    /// `delta_t` is 0.
    #[var(init = T::of(20.0), finite)]
    v_peak: Var<T>,
    /// Voltage after a spike, in mV; below `v_peak`, or `v_th` if `delta_t` is 0.
    #[var(init = T::of(-70.6), finite)]
    v_reset: Var<T>,
    /// Refractory period, in ms.
    #[var(init = T::ZERO, range = T::NON_NEGATIVE)]
    t_ref: Var<T>,
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
    /// Constant input current, in pA.
    #[var(init = T::ZERO, finite)]
    i_e: Var<T>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = AeifCondExp<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct AeifCondExpModel<T: Real> {
    exc_in: In<T>,
    inh_in: In<T>,
    current_in: In<T>,
    s_out: Out<Spike>,
    v_m: Vec<T>,
    w: Vec<T>,
    g_ex: Vec<T>,
    g_in: Vec<T>,
    refractory: Vec<i32>,
    c_m: PerNeuron<T>,
    g_l: PerNeuron<T>,
    e_l: PerNeuron<T>,
    v_th: PerNeuron<T>,
    delta_t: PerNeuron<T>,
    tau_w: PerNeuron<T>,
    a: PerNeuron<T>,
    b: PerNeuron<T>,
    v_peak: PerNeuron<T>,
    v_reset: PerNeuron<T>,
    t_ref: PerNeuron<T>,
    e_ex: PerNeuron<T>,
    e_in: PerNeuron<T>,
    tau_syn_ex: PerNeuron<T>,
    tau_syn_in: PerNeuron<T>,
    i_e: PerNeuron<T>,
    dt: f64,
    /// The [`Coefficients`] of each neuron.
    #[local(rebuilt)]
    coefficients: Factors<T, 15>,
    /// Change of the voltage by a current of 1 pA per step.
    #[local(rebuilt)]
    response: Factors<f64, 1>,
    /// The voltage at which a neuron spikes.
    #[local(rebuilt)]
    peak: Factors<T, 1>,
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

/// Voltage, adaptation and conductances of a neuron.
#[derive(Clone, Copy)]
struct NeuronState<T> {
    v: T,
    w: T,
    g_ex: T,
    g_in: T,
}

/// Coefficients of one neuron's equations, per step.
struct Coefficients<T> {
    /// Change of the voltage by a current of 1 pA.
    rate: T,
    /// Change of the voltage by the leak, per mV from `e_l`.
    leak: T,
    e_l: T,
    /// Change of the voltage by the exponential current at `v_th`.
    runaway: T,
    v_th: T,
    /// 1 / `delta_t`.
    sharpness: T,
    /// Change of the voltage by `i_e` and by input currents.
    constant: T,
    e_ex: T,
    e_in: T,
    /// Gain of the adaptation per mV from `e_l`, and the fraction that it loses.
    coupling: T,
    forgetting: T,
    /// Means of the conductances during the step, and their decay, as fractions.
    mean_ex: T,
    mean_in: T,
    left_ex: T,
    left_in: T,
}

impl<T: Real> Coefficients<T> {
    /// Returns the coefficients of neuron `i` of a block.
    #[inline(always)]
    fn of(factors: &[&[T]; 15], i: usize) -> Coefficients<T> {
        let [rate, leak, e_l, runaway, v_th, sharpness, constant, ..] = factors;
        let [
            ..,
            e_ex,
            e_in,
            coupling,
            forgetting,
            mean_ex,
            mean_in,
            left_ex,
            left_in,
        ] = factors;
        Coefficients {
            rate: rate[i],
            leak: leak[i],
            e_l: e_l[i],
            runaway: runaway[i],
            v_th: v_th[i],
            sharpness: sharpness[i],
            constant: constant[i],
            e_ex: e_ex[i],
            e_in: e_in[i],
            coupling: coupling[i],
            forgetting: forgetting[i],
            mean_ex: mean_ex[i],
            mean_in: mean_in[i],
            left_ex: left_ex[i],
            left_in: left_in[i],
        }
    }

    /// Returns `true` if a step is stable under the given conductances.
    #[inline(always)]
    fn is_stable(&self, g_ex: T, g_in: T) -> bool {
        let load = self.leak + self.rate * (g_ex * self.mean_ex + g_in * self.mean_in);
        load < T::of(2.0)
    }

    /// Returns the changes of voltage and adaptation in a step of Euler's method under the given
    /// conductances.
    #[inline(always)]
    fn change(&self, v: T, w: T, [g_ex, g_in]: [T; 2]) -> (T, T) {
        let runaway = self.runaway * ((v - self.v_th) * self.sharpness).vector_exp();
        let synapses = g_ex * (v - self.e_ex) + g_in * (v - self.e_in);
        let own = self.constant - self.leak * (v - self.e_l) + runaway;
        let dw = self.coupling * (v - self.e_l) - self.forgetting * w;
        (own - self.rate * (synapses + w), dw)
    }

    /// Returns the state after a step of Heun's method. `ahead` corrects the predicted voltage.
    #[inline(always)]
    fn step(
        &self,
        NeuronState { v, w, g_ex, g_in }: NeuronState<T>,
        ahead: impl Fn(T) -> T,
    ) -> NeuronState<T> {
        let half = T::of(0.5);
        let conductances = [g_ex * self.mean_ex, g_in * self.mean_in];
        let (dv, dw) = self.change(v, w, conductances);
        let (dv_ahead, dw_ahead) = self.change(ahead(v + dv), w + dw, conductances);
        NeuronState {
            v: v + half * (dv + dv_ahead),
            w: w + half * (dw + dw_ahead),
            g_ex: (g_ex * self.left_ex).settled(),
            g_in: (g_in * self.left_in).settled(),
        }
    }
}

/// The index of the change by `i_e` among the coefficients.
const CONSTANT: usize = 6;

impl<T: Real> AeifCondExpModel<T> {
    fn derive(&mut self) -> crate::Result<()> {
        let (dt, neurons) = (time_step(self.dt)?, self.context.neurons());
        let [c_m, g_l, e_l] = [("c_m", &self.c_m), ("g_l", &self.g_l), ("e_l", &self.e_l)];
        let [delta_t, v_th] = [("delta_t", &self.delta_t), ("v_th", &self.v_th)];
        let [a, tau_w] = [("a", &self.a), ("tau_w", &self.tau_w)];
        let [e_ex, e_in] = [("e_ex", &self.e_ex), ("e_in", &self.e_in)];
        let tau_ex = ("tau_syn_ex", &self.tau_syn_ex);
        let tau_in = ("tau_syn_in", &self.tau_syn_in);
        let parameters = [
            c_m, g_l, e_l, delta_t, v_th, a, tau_w, e_ex, e_in, tau_ex, tau_in,
        ];
        self.coefficients = Factors::finite(neurons.clone(), parameters, |parameters| {
            let [c_m, g_l, e_l, delta_t, v_th, a, tau_w, ..] = parameters;
            let [.., e_ex, e_in, tau_ex, tau_in] = parameters;
            let (rate, forgetting) = (dt / c_m, dt / tau_w);
            let leak = rate * g_l;
            let sharpness = if delta_t > 0.0 { 1.0 / delta_t } else { 0.0 };
            [
                (rate, "c_m"),
                (leak, "g_l"),
                (e_l, "e_l"),
                (leak * delta_t, "delta_t"),
                (v_th, "v_th"),
                (sharpness, "delta_t"),
                (0.0, "i_e"),
                (e_ex, "e_ex"),
                (e_in, "e_in"),
                (forgetting * a, "a"),
                (forgetting, "tau_w"),
                (mean(dt, tau_ex), "tau_syn_ex"),
                (mean(dt, tau_in), "tau_syn_in"),
                (decay(dt, tau_ex), "tau_syn_ex"),
                (decay(dt, tau_in), "tau_syn_in"),
            ]
        })?;
        let response = |[c_m]: [f64; 1]| [(dt / c_m, "c_m")];
        self.response = Factors::finite(neurons.clone(), [c_m], response)?;
        let peaks = [&self.delta_t, &self.v_th, &self.v_peak];
        self.peak = Factors::of(neurons.len(), peaks, |[delta_t, v_th, v_peak]| {
            [T::of(if delta_t > 0.0 { v_peak } else { v_th })]
        });
        self.period = Factors::of(neurons.len(), [&self.t_ref], |[time]| [steps(time, dt)]);
        self.derive_constant()
    }

    fn derive_constant(&mut self) -> crate::Result<()> {
        let i_e = ("i_e", &self.i_e);
        let constant = Factors::product(self.context.neurons(), i_e, &self.response)?;
        self.coefficients.replace(CONSTANT, constant);
        Ok(())
    }

    /// The error of a step in which the conductances of a neuron are beyond the bound of stability.
    #[cold]
    fn unstable(&self, neuron: usize) -> crate::Error {
        let (g_ex, g_in) = (self.g_ex[neuron], self.g_in[neuron]);
        crate::Error::model(format!(
            "`g_ex` is {g_ex:?} nS and `g_in` {g_in:?} nS in neuron {}, too much for a stable step of \
             {} ms; shorten the time step, or give lower weights",
            self.context.neurons().start + neuron,
            self.dt
        ))
    }
}

impl<T: Real> LoihiModel for AeifCondExpModel<T> {
    fn check(&self) -> crate::Result<()> {
        let (dt, neurons) = (time_step(self.dt)?, self.context.neurons());
        for (start, len) in blocks(neurons.len()) {
            let first = neurons.start + start;
            let tau_w = self.tau_w.block(start, len).iter();
            let delta_t = self.delta_t.block(start, len);
            let thresholds = [self.v_th.block(start, len), self.v_peak.block(start, len)];
            let v_reset = self.v_reset.block(start, len);
            for (i, tau_w) in tau_w.enumerate() {
                if dt >= 2.0 * tau_w.double() {
                    return Err(crate::Error::model(format!(
                        "`tau_w` is {tau_w:?} ms in neuron {}, and a time step of {dt} ms is stable \
                         if it is shorter than twice that; give a longer `tau_w` or a shorter time \
                         step",
                        first + i
                    )));
                }
                let has_upstroke = delta_t[i] > T::ZERO;
                let (name, threshold) = match has_upstroke {
                    true => ("v_peak", thresholds[1][i]),
                    false => ("v_th", thresholds[0][i]),
                };
                reset_below(first + i, ("v_reset", v_reset[i]), (name, threshold))?;
            }
        }
        Ok(())
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
        let has_exc = self.exc_in.is_connected();
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
                blocks.before(&[&self.v_m, &self.w, &self.g_ex, &self.g_in, &self.refractory]);
            }
            let range = start..start + len;
            let (exc_in, inh_in) = (exc_in.block(start, len), inh_in.block(start, len));
            if has_exc {
                Sign::Positive.check("exc_in", first + start, exc_in)?;
            }
            let currents = has_current.then(|| {
                let [response] = self.response.blocks(start, len);
                (current_in.block(start, len), response)
            });
            let (v, w) = (&mut self.v_m[range.clone()], &mut self.w[range.clone()]);
            let (g_ex, g_in) = (&mut self.g_ex[range.clone()], &mut self.g_in[range.clone()]);
            let refractory = &mut self.refractory[range];
            let mut coefficients = self.coefficients.blocks(start, len);
            let constant = coefficients[CONSTANT];
            coefficients[CONSTANT] = add_currents(constant, currents, T::of, &mut sum);
            let [period] = self.period.blocks(start, len);
            let [peak] = self.peak.blocks(start, len);
            let (b, v_reset) = (self.b.block(start, len), self.v_reset.block(start, len));
            // The loop writes to arrays of its own, so that the compiler need not prove that they
            // do not overlap its inputs.
            let mut next = [[T::ZERO; BLOCK]; 4];
            let [next_v, next_w, next_ex, next_in] = &mut next;
            let mut next_refractory = [0; BLOCK];
            self.fired.block(start, len, |i| {
                let (v, w, g_ex, g_in) = (v[i], w[i], g_ex[i], g_in[i]);
                let (peak, held) = (peak[i], refractory[i] > 0);
                let ahead = |ahead: T| {
                    let below = select_unpredictable(ahead < peak, ahead, peak);
                    select_unpredictable(held, v, below)
                };
                let coefficients = Coefficients::of(&coefficients, i);
                let new = coefficients.step(NeuronState { v, w, g_ex, g_in }, ahead);
                // An unstable step marks the voltage: a list would cost more.
                let unstable = !held & !coefficients.is_stable(g_ex, g_in);
                let marked = select_unpredictable(unstable, T::nan(), new.v);
                let spike = Threshold::new(peak, v_reset[i], period[i]);
                let fires;
                (next_v[i], next_refractory[i], fires) = spike.step(v, refractory[i], marked);
                next_w[i] = select_unpredictable(fires, new.w + b[i], new.w);
                next_ex[i] = new.g_ex + exc_in[i];
                next_in[i] = new.g_in + inh_in[i].abs();
                fires
            });
            if are_any_infinite(&next_v[..len]) {
                let neuron = next_v.iter().position(|v| !v.double().is_finite());
                return Err(self.unstable(start + neuron.unwrap_or_default()));
            }
            v.copy_from_slice(&next_v[..len]);
            w.copy_from_slice(&next_w[..len]);
            g_ex.copy_from_slice(&next_ex[..len]);
            g_in.copy_from_slice(&next_in[..len]);
            refractory.copy_from_slice(&next_refractory[..len]);
            if blocks.look() {
                let state: [&dyn StepState; 5] =
                    [&self.v_m, &self.w, &self.g_ex, &self.g_in, &self.refractory];
                blocks.after(&state, self.fired.has_fired_from(start));
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
