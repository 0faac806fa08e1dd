//! Integrate-and-fire neurons with delta synapses.

use super::check::all_reset_below;
use super::current::add_currents;
use super::exact;
use super::threshold::Threshold;
use crate::model::{Arrive, BLOCK, ClosedForm, EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::kernel::cascade::is_below;
use crate::proc::kernel::coefficient::{Coefficient, are_uniform};
use crate::proc::kernel::events::{begin_events, end_events, event_methods};
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::{steps, time_step};
use crate::process::TimeStep;
use crate::units::ms;

/// Leaky integrate-and-fire neurons with delta synapses: input is added to the voltage.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/iaf_psc_delta.svg"))]
///
/// ```text
/// dV/dt = −(V − e_l)/tau_m + i_e/c_m + Σ weight · δ(t − t_spike)
/// ```
///
/// A step, in this order: (1) leak and constant current are integrated over `dt`, exactly; (2) the
/// input of this step, in mV, is added; (3) if `v_m ≥ v_th` the neuron spikes, and `v_m` is held at
/// `v_reset` for `t_ref/dt` steps. Input during the refractory period is lost. `v_m` starts at
/// −70 mV, for every `e_l`. Ports and Vars have the shape of the population; every parameter but
/// `dt` may differ from neuron to neuron.
///
/// With [`Update::EventDriven`], a neuron that cannot reach `v_th` under `i_e` alone is not computed, until
/// something arrives.
///
/// Source: NEST's `iaf_psc_delta`, with its `refractory_input` false; Brunel (2000), *Dynamics of
/// sparsely connected networks of excitatory and inhibitory spiking neurons*, J. Comput.
/// Neurosci. 8, 183–208.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Source;
/// use lava::proc::IafPscDelta;
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source      = Source::data([[8.0], [8.0], [8.0]]);
///     neuron: IafPscDelta = IafPscDelta::shape([1]);
///     input.s_out -> neuron.a_in;
/// }?;
/// let spikes = net.probe(&net.neuron.s_out)?;
/// net.run(RunSteps(30))?;
/// // Two jumps reach the threshold, 15 mV away; 20 steps of input are then lost.
/// assert_eq!(spikes.events(), [(2, 0), (24, 0)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct IafPscDelta<T: Real = f32> {
    /// Jumps of the voltage, in mV; inhibition is negative.
    a_in: InPort<T>,
    /// Input current during this step, in pA, of either sign: added to `i_e`.
    current_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Membrane voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    v_m: Var<T>,
    /// Remaining refractory period, in steps.
    #[var(init = 0, range = 0..)]
    refractory: Var<i32>,
    /// Membrane capacitance, in pF.
    #[var(init = T::of(250.0), range = T::POSITIVE)]
    c_m: Var<T>,
    /// Membrane time constant, in ms.
    #[var(init = T::of(10.0), range = T::POSITIVE)]
    tau_m: Var<T>,
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

#[implements(proc = IafPscDelta<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct IafPscDeltaModel<T: Real> {
    a_in: In<T>,
    current_in: In<T>,
    s_out: Out<Spike>,
    v_m: Vec<T>,
    refractory: Vec<i32>,
    c_m: PerNeuron<T>,
    tau_m: PerNeuron<T>,
    e_l: PerNeuron<T>,
    v_th: PerNeuron<T>,
    v_reset: PerNeuron<T>,
    t_ref: PerNeuron<T>,
    i_e: PerNeuron<T>,
    dt: f64,
    update: Update,
    /// Per step: decay of the voltage, effect of `i_e` on it.
    #[local(rebuilt)]
    exact: Factors<T, 2>,
    /// Effect of a constant current of 1 pA on the voltage per step.
    #[local(rebuilt)]
    response: Factors<f64, 1>,
    /// The refractory period in steps.
    #[local(rebuilt)]
    period: Factors<i32, 1>,
    #[local(rebuilt)]
    events: EventDriven<T>,
    #[local(rebuilt)]
    fired: Fired,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

/// The index of the effect of `i_e` among the coefficients.
const CONSTANT: usize = 1;

impl<T: Real> IafPscDeltaModel<T> {
    fn derive(&mut self) -> crate::Result<()> {
        let (dt, neurons) = (time_step(self.dt)?, self.context.neurons());
        let parameters = [("c_m", &self.c_m), ("tau_m", &self.tau_m)];
        self.exact = Factors::finite(neurons.clone(), parameters, |[_, tau_m]| {
            [(exact::decay(dt, tau_m), "tau_m"), (0.0, "i_e")]
        })?;
        self.response = Factors::finite(neurons.clone(), parameters, |[c_m, tau_m]| {
            [(exact::from_constant(dt, tau_m, c_m), "c_m")]
        })?;
        self.period = Factors::of(neurons.len(), [&self.t_ref], |[time]| [steps(time, dt)]);
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
struct PscDeltaBlock<'a, T> {
    a_in: &'a [T],
    left: &'a [T],
    constant: &'a [T],
    e_l: &'a [T],
    v_th: &'a [T],
    v_reset: &'a [T],
    period: &'a [i32],
}

impl<T: Real> PscDeltaBlock<'_, T> {
    /// Computes a step of the block at `start`, in which all neurons have the same coefficients if `UNIFORM`.
    #[inline(always)]
    fn step<const UNIFORM: bool>(
        self,
        v: &mut [T],
        refractory: &mut [i32],
        start: usize,
        fired: &mut Fired,
    ) {
        let (len, a_in) = (v.len(), self.a_in);
        let all = [self.left, self.constant, self.e_l, self.v_th, self.v_reset];
        let [left, constant, e_l, v_th, v_reset] = Coefficient::<T, UNIFORM>::all(all, len);
        let period = Coefficient::<i32, UNIFORM>::new(self.period, len);
        fired.block(start, len, |i| {
            let new = e_l[i] + ((v[i] - e_l[i]) * left[i] + (constant[i] + a_in[i]));
            let spike = Threshold::new(v_th[i], v_reset[i], period[i]);
            let fires;
            (v[i], refractory[i], fires) = spike.step(v[i], refractory[i], new);
            fires
        });
    }
}

impl<T: Real> ClosedForm for IafPscDeltaModel<T> {
    /// The voltage. A neuron that is refractory is computed.
    type State = T;

    #[inline]
    fn state(&self, neuron: usize) -> T {
        self.v_m[neuron]
    }

    #[inline]
    fn set_state(&mut self, neuron: usize, v: T) {
        self.v_m[neuron] = v;
    }

    fn advanced(&self, neuron: usize, v: T, steps: u64) -> T {
        let of = |values: &PerNeuron<T>| values.block(neuron, 1)[0].double();
        let [c_m, tau_m, e_l] = [&self.c_m, &self.tau_m, &self.e_l].map(of);
        let time = steps as f64 * self.dt;
        let left = (v.double() - e_l) * exact::decay(time, tau_m);
        T::of(e_l + (left + of(&self.i_e) * exact::from_constant(time, tau_m, c_m)))
    }

    /// The voltage moves towards that of the constant current.
    #[inline]
    fn stays_below_threshold(&self, neuron: usize, v: T) -> bool {
        let of = |values: &PerNeuron<T>| values.block(neuron, 1)[0].double();
        let goal = of(&self.e_l) + of(&self.i_e) * (of(&self.tau_m) / of(&self.c_m));
        let size = of(&self.e_l).abs() + of(&self.v_th).abs();
        let is_free = self.refractory[neuron] == 0;
        is_free && is_below::<T>(v.double().max(goal), of(&self.v_th), size)
    }

    fn events(&mut self) -> &mut EventDriven<T> {
        &mut self.events
    }
}

impl<T: Real> LoihiModel for IafPscDeltaModel<T> {
    const USES_AVX512: bool = true;

    event_methods!();

    fn check(&self) -> crate::Result<()> {
        all_reset_below(self.context.neurons(), &self.v_reset, &self.v_th)
    }

    fn start(&mut self) -> crate::Result<()> {
        self.derive()
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        self.events.accept();
        match var {
            "i_e" => self.derive_constant(),
            _ => self.derive(),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let is_event_driven = self.update == Update::EventDriven;
        if is_event_driven {
            begin_events!(self, self.v_m.len(), a_in, current_in);
        }
        let has_current = self.current_in.is_connected();
        let is_uniform = !has_current && self.is_uniform();
        let (mut a_in, current_in) = (self.a_in.recv_blocks(), self.current_in.recv_sums());
        self.fired.neurons.clear();
        let mut sum = [T::ZERO; BLOCK];
        let step = self.context.time_step();
        let inputs: [&dyn Arrive; 2] = [&a_in, &current_in];
        let mut blocks = match is_event_driven {
            true => self.events.blocks(),
            false => self.sleep.blocks(self.v_m.len(), step, &inputs),
        };
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v_m, &self.refractory]);
            }
            let a_in = a_in.block(start, len);
            let currents = has_current.then(|| {
                let [response] = self.response.blocks(start, len);
                (current_in.block(start, len), response)
            });
            let [left, constant] = self.exact.blocks(start, len);
            let [period] = self.period.blocks(start, len);
            let block = PscDeltaBlock {
                a_in,
                left,
                constant: add_currents(constant, currents, T::of, &mut sum),
                e_l: self.e_l.block(start, len),
                v_th: self.v_th.block(start, len),
                v_reset: self.v_reset.block(start, len),
                period,
            };
            let v = &mut self.v_m[start..][..len];
            let refractory = &mut self.refractory[start..][..len];
            match is_uniform {
                true => block.step::<true>(v, refractory, start, &mut self.fired),
                false => block.step::<false>(v, refractory, start, &mut self.fired),
            }
            if blocks.look() {
                let fired = self.fired.has_fired_from(start);
                blocks.after(&[&self.v_m, &self.refractory], fired);
            }
        }
        end_events!(self);
        self.s_out.send_indices(&self.fired.neurons)
    }
}
