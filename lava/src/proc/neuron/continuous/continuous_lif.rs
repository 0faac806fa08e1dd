//! Integrate-and-fire neurons in continuous time.

use super::coefficients::{Discretization, StepCoefficients, parameters};
use super::rule::{FiringRule, SpikeTiming};
use crate::model::{BLOCK, ClosedForm, EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::kernel::cascade::is_below;
use crate::proc::kernel::events::{ClosedNumber, begin_events, end_events, event_methods};
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::settle::{Settle, settles};
use crate::process::TimeStep;
use crate::units::ms;

/// Integrate-and-fire neurons with the equations of [`LeakyIntegrator`](super::LeakyIntegrator), a
/// threshold and a reset, for networks that are given in continuous time.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/continuous_lif.svg"))]
///
/// ```text
/// tau_syn·di/dt = −i + w_in·a_in                 with `has_current`, else i = a_in
/// tau_mem·dv/dt = (v_leak − v) + r·i             with `leaks`, else dv/dt = r·i
/// spike and v ← v_reset where v > v_threshold
/// ```
///
/// A message is the input during its step, and a spike leaves in the step in which the voltage crosses
/// the threshold. `method` makes steps of the equations, see [`Discretization`]; `rule` says when the
/// threshold is tested, and what a spike does to the voltage, see [`FiringRule`]. Coefficients are
/// computed in double precision. Ports and Vars have the shape of the population; every parameter may
/// differ from neuron to neuron.
///
/// With [`Update::EventDriven`], a neuron that cannot reach `v_threshold` without input is not computed, until
/// something arrives. In a step of Euler's method that is longer than a time constant all are computed.
///
/// Source: the primitives IF, LIF and CubaLIF of the neuromorphic intermediate representation (Pedersen
/// et al. 2024, Nature Communications 15, 8122).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{ContinuousLif, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source        = Source::data([[2.0]]);
///     lif:   ContinuousLif = ContinuousLif::shape([1]).tau_mem(10.0).dt(1.0);
///     input.s_out -> lif.a_in;
/// }?;
/// let spikes = net.probe(&net.lif.s_out)?;
/// net.run(RunSteps(20))?;
/// // 10·ln 2 = 6.9 steps from 0 to the threshold.
/// assert_eq!(spikes.events(), [(7, 0), (14, 0)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct ContinuousLif<T: Real = f32> {
    /// Input, summed over all connections.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// The voltage.
    #[var(init = T::ZERO, finite)]
    v: Var<T>,
    /// The synaptic current; 0 without one.
    #[var(init = T::ZERO, finite)]
    i: Var<T>,
    /// Time constant of the voltage, in ms.
    #[var(init = 10.0, range = f64::POSITIVE)]
    tau_mem: Var<f64>,
    /// Time constant of the current, in ms.
    #[var(init = 5.0, range = f64::POSITIVE)]
    tau_syn: Var<f64>,
    /// Resistance.
    #[var(init = 1.0, finite)]
    r: Var<f64>,
    /// Voltage at rest.
    #[var(init = 0.0, finite)]
    v_leak: Var<f64>,
    /// Weight of the input of the synaptic current.
    #[var(init = 1.0, finite)]
    w_in: Var<f64>,
    /// Voltage above which a neuron spikes.
    #[var(init = T::one())]
    v_threshold: Var<T>,
    /// Voltage after a spike.
    #[var(init = T::ZERO, finite)]
    v_reset: Var<T>,
    /// The voltage decays; default `true`.
    #[param(default = true)]
    leaks: Param<bool>,
    /// Input acts on a current that decays; default `false`.
    #[param(default = false)]
    has_current: Param<bool>,
    /// The method of integration; default: exact.
    #[param(default = Discretization::Exact)]
    method: Param<Discretization>,
    /// Threshold and reset; default: `v_reset` at the end of the step in which `v > v_threshold`.
    #[param(default = FiringRule::new())]
    rule: Param<FiringRule>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

#[implements(proc = ContinuousLif<T>, protocol = Loihi, shardable, batch)]
struct ContinuousLifModel<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    v: Vec<T>,
    i: Vec<T>,
    tau_mem: PerNeuron<f64>,
    tau_syn: PerNeuron<f64>,
    r: PerNeuron<f64>,
    v_leak: PerNeuron<f64>,
    w_in: PerNeuron<f64>,
    v_threshold: PerNeuron<T>,
    v_reset: PerNeuron<T>,
    leaks: bool,
    has_current: bool,
    method: Discretization,
    rule: FiringRule,
    dt: f64,
    update: Update,
    #[local(rebuilt)]
    coefficients: StepCoefficients<T>,
    #[local(rebuilt)]
    events: EventDriven<(T, T)>,
    #[local(rebuilt)]
    fired: Fired,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

/// The parameters of threshold and reset, borrowed from a model for a step.
struct Firing<'a, T> {
    rule: FiringRule,
    dt: f64,
    threshold: &'a PerNeuron<T>,
    reset: &'a PerNeuron<T>,
    tau_mem: &'a PerNeuron<f64>,
    r: &'a PerNeuron<f64>,
    v_leak: &'a PerNeuron<f64>,
}

impl<T: Real> Firing<'_, T> {
    /// Resets what fires within the step: the voltage is that of a neuron which was at `v_reset` at the
    /// time of the crossing.
    #[inline(always)]
    fn cross(&self, start: usize, a_in: &[T], before: &[T], v: &mut [T], fired: &mut Fired) {
        let len = v.len();
        let (threshold, reset) = (
            self.threshold.block(start, len),
            self.reset.block(start, len),
        );
        let (tau, r) = (self.tau_mem.block(start, len), self.r.block(start, len));
        let leak = self.v_leak.block(start, len);
        let (rule, dt) = (self.rule, self.dt);
        fired.block(start, len, |i| {
            let fires = rule.fires(v[i], threshold[i]);
            if fires {
                // The voltage that a constant input leads to.
                let limit = leak[i] + r[i] * a_in[i].double();
                let threshold = threshold[i].double();
                let left = ((limit - threshold) / (limit - before[i].double())).ln();
                let after = (dt + tau[i] * left).clamp(0.0, dt);
                let start = rule.after_spike(threshold, threshold, reset[i].double());
                v[i] = T::of(limit + (start - limit) * (-after / tau[i]).exp());
            }
            fires
        });
    }

    /// Tests voltages, and resets. `before` has the voltages before the step.
    #[inline(always)]
    fn fire(&self, start: usize, before: &[T], v: &mut [T], fired: &mut Fired) {
        let (rule, len) = (self.rule, v.len());
        let (threshold, reset) = (
            self.threshold.block(start, len),
            self.reset.block(start, len),
        );
        fired.block(start, len, |i| {
            let after = |v: T| rule.after_spike(v, threshold[i], reset[i]);
            match rule.timing {
                SpikeTiming::AfterStep | SpikeTiming::WithinStep => {
                    let fires = rule.fires(v[i], threshold[i]);
                    v[i] = if fires { after(v[i]) } else { v[i] };
                    fires
                }
                SpikeTiming::ResetNextStep => {
                    let fired = rule.fires(before[i], threshold[i]);
                    v[i] = if fired { after(v[i]) } else { v[i] };
                    rule.fires(v[i], threshold[i])
                }
                SpikeTiming::BeforeStep => {
                    let fired = rule.fires(before[i], threshold[i]);
                    v[i] = if fired { after(v[i]) } else { v[i] };
                    fired
                }
            }
        });
    }
}

impl<T: Real> ClosedForm for ContinuousLifModel<T> {
    /// Current and voltage.
    type State = (T, T);

    fn state(&self, neuron: usize) -> (T, T) {
        (self.i[neuron], self.v[neuron])
    }

    fn set_state(&mut self, neuron: usize, (i, v): (T, T)) {
        (self.i[neuron], self.v[neuron]) = (i, v);
    }

    fn advanced(&self, neuron: usize, (i, v): (T, T), steps: u64) -> (T, T) {
        match self.coefficients.cascade(neuron) {
            None => (i, v),
            Some(cascade) => {
                let [i, v] = cascade.after(steps, [i, v].map(T::double));
                (T::rounded(i), T::rounded(v))
            }
        }
    }

    fn stays_below_threshold(&self, neuron: usize, (i, v): (T, T)) -> bool {
        let threshold = self.v_threshold.block(neuron, 1)[0].double();
        self.coefficients.cascade(neuron).is_some_and(|cascade| {
            let highest = cascade.highest([i, v].map(T::double));
            is_below::<T>(highest, threshold, v.double().abs())
        })
    }

    fn events(&mut self) -> &mut EventDriven<(T, T)> {
        &mut self.events
    }
}

impl<T: Real> LoihiModel for ContinuousLifModel<T> {
    event_methods!();

    fn check(&self) -> crate::Result<()> {
        let has_crossing = self.leaks && !self.has_current && self.method == Discretization::Exact;
        if self.rule.timing == SpikeTiming::WithinStep && !has_crossing {
            let message = "`SpikeTiming::WithinStep` is for neurons with a leak, without a synaptic \
                           current, in the exact discretization; take `AfterStep`";
            return Err(crate::Error::model(message));
        }
        Ok(())
    }

    fn start(&mut self) -> crate::Result<()> {
        self.coefficients = StepCoefficients::new(self.v.len(), &parameters!(self))?;
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        self.events.accept();
        match var {
            "v" | "i" | "v_threshold" | "v_reset" => Ok(()),
            _ => self.start(),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let step = self.context.time_step();
        let is_event_driven = self.update == Update::EventDriven;
        if is_event_driven {
            begin_events!(self, self.v.len(), a_in);
        }
        let firing = Firing {
            rule: self.rule,
            dt: self.dt,
            threshold: &self.v_threshold,
            reset: &self.v_reset,
            tau_mem: &self.tau_mem,
            r: &self.r,
            v_leak: &self.v_leak,
        };
        self.fired.clear();
        let mut before = [T::ZERO; BLOCK];
        let a_in = self.a_in.recv_sums();
        let mut blocks = match is_event_driven {
            true => self.events.blocks(),
            false => self.sleep.blocks(self.v.len(), step, &[&a_in]),
        };
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v, &self.i]);
            }
            let (v, i) = (&mut self.v[start..][..len], &mut self.i[start..][..len]);
            let a_in = a_in.block(start, len);
            if settles(step) {
                T::settle(v);
                T::settle(i);
            }
            if self.rule.timing != SpikeTiming::AfterStep {
                before[..len].copy_from_slice(v);
            }
            self.coefficients.integrate(start, a_in, i, v);
            match self.rule.timing {
                SpikeTiming::WithinStep => firing.cross(start, a_in, &before, v, &mut self.fired),
                _ => firing.fire(start, &before, v, &mut self.fired),
            }
            if blocks.look() {
                blocks.after(&[&self.v, &self.i], self.fired.has_fired_from(start));
            }
        }
        end_events!(self);
        self.s_out.send_indices(&self.fired.neurons)
    }
}
