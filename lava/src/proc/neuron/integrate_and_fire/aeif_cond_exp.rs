//! Adaptive exponential integrate-and-fire neurons.

use std::hint::select_unpredictable;

use super::exact::{decay, mean};
use super::threshold::Threshold;
use crate::model::BLOCK;
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::{Fired, blocks};
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::{steps, time_step};

/// Adaptive exponential integrate-and-fire neurons with exponentially decaying synaptic
/// conductances.
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
/// period too. Weights are conductances: positive for both ports.
///
/// The integration is Heun's method with the mean conductances of each step, of second order in
/// `dt`. It is stable if `dt < 2·c_m/(g_l + g_ex + g_in)`, `dt < 2·tau_w` and, below the threshold
/// `v_th`, the voltage changes by little more than `delta_t` per step; above it the voltage
/// diverges, as intended. The argument of the exponential is limited by `v_peak` and by the range
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
    /// Excitatory input, in nS: added to `g_ex`.
    exc_in: InPort<T>,
    /// Inhibitory input, in nS, positive: added to `g_in`.
    inh_in: InPort<T>,
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
    /// Slope factor of the upstroke, in mV.
    #[var(init = T::of(2.0), range = T::POSITIVE)]
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
    /// Voltage at which a spike is sent and the neuron reset, in mV; above `v_th`.
    #[var(init = T::of(20.0), finite)]
    v_peak: Var<T>,
    /// Voltage after a spike, in mV; below `v_peak`.
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
    /// Time step, in ms.
    #[param(default = 0.1)]
    dt: Param<f64>,
}

#[implements(proc = AeifCondExp<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct AeifCondExpModel<T: Real> {
    exc_in: In<T>,
    inh_in: In<T>,
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
    #[local]
    coefficients: Factors<T, 15>,
    /// The refractory period in steps.
    #[local]
    period: Factors<i32, 1>,
    #[local]
    fired: Fired,
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
    /// Change of the voltage by `i_e`.
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

impl<T: Real> LoihiModel for AeifCondExpModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        let (dt, population) = (time_step(self.dt)?, self.v_m.len());
        let [c_m, g_l, e_l, delta_t] = [&self.c_m, &self.g_l, &self.e_l, &self.delta_t];
        let [v_th, i_e, a, tau_w] = [&self.v_th, &self.i_e, &self.a, &self.tau_w];
        let [e_ex, e_in] = [&self.e_ex, &self.e_in];
        let [tau_ex, tau_in] = [&self.tau_syn_ex, &self.tau_syn_in];
        let parameters = [
            c_m, g_l, e_l, delta_t, v_th, i_e, a, tau_w, e_ex, e_in, tau_ex, tau_in,
        ];
        self.coefficients = Factors::of(population, parameters, |parameters| {
            let [c_m, g_l, e_l, delta_t, v_th, i_e, a, tau_w, ..] = parameters;
            let [.., e_ex, e_in, tau_ex, tau_in] = parameters;
            let (rate, forgetting) = (dt / c_m, dt / tau_w);
            let (leak, constant) = (rate * g_l, rate * i_e);
            let (runaway, sharpness) = (leak * delta_t, 1.0 / delta_t);
            let coupling = forgetting * a;
            let [left_ex, left_in] = [tau_ex, tau_in].map(|tau| decay(dt, tau));
            let [mean_ex, mean_in] = [tau_ex, tau_in].map(|tau| mean(dt, tau));
            [
                rate, leak, e_l, runaway, v_th, sharpness, constant, e_ex, e_in, coupling,
                forgetting, mean_ex, mean_in, left_ex, left_in,
            ]
            .map(T::of)
        });
        self.period = Factors::of(population, [&self.t_ref], |[time]| [steps(time, dt)]);
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let (exc_in, inh_in) = (self.exc_in.recv_slice(), self.inh_in.recv_slice());
        self.fired.neurons.clear();
        for (start, len) in blocks(self.v_m.len()) {
            let range = start..start + len;
            let (exc_in, inh_in) = (&exc_in[range.clone()], &inh_in[range.clone()]);
            let (v, w) = (&mut self.v_m[range.clone()], &mut self.w[range.clone()]);
            let (g_ex, g_in) = (&mut self.g_ex[range.clone()], &mut self.g_in[range.clone()]);
            let refractory = &mut self.refractory[range];
            let coefficients = self.coefficients.blocks(start, len);
            let [period] = self.period.blocks(start, len);
            let (v_peak, b) = (self.v_peak.block(start, len), self.b.block(start, len));
            let v_reset = self.v_reset.block(start, len);
            // The loop writes to arrays of its own, so that the compiler need not prove that they
            // do not overlap its inputs.
            let mut next = [[T::ZERO; BLOCK]; 4];
            let [next_v, next_w, next_ex, next_in] = &mut next;
            let mut next_refractory = [0; BLOCK];
            self.fired.block(start, len, |i| {
                let (v, w, g_ex, g_in) = (v[i], w[i], g_ex[i], g_in[i]);
                let (peak, held) = (v_peak[i], refractory[i] > 0);
                let ahead = |ahead: T| {
                    let below = select_unpredictable(ahead < peak, ahead, peak);
                    select_unpredictable(held, v, below)
                };
                let new = Coefficients::of(&coefficients, i)
                    .step(NeuronState { v, w, g_ex, g_in }, ahead);
                let spike = Threshold::new(peak, v_reset[i], period[i]);
                (next_v[i], next_refractory[i]) = (v, refractory[i]);
                let fires = spike.step(&mut next_v[i], &mut next_refractory[i], new.v);
                next_w[i] = select_unpredictable(fires, new.w + b[i], new.w);
                next_ex[i] = new.g_ex + exc_in[i];
                next_in[i] = new.g_in + inh_in[i];
                fires
            });
            v.copy_from_slice(&next_v[..len]);
            w.copy_from_slice(&next_w[..len]);
            g_ex.copy_from_slice(&next_ex[..len]);
            g_in.copy_from_slice(&next_in[..len]);
            refractory.copy_from_slice(&next_refractory[..len]);
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
