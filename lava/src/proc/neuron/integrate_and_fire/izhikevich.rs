//! Izhikevich's neurons.

use std::hint::select_unpredictable;

use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::finite::are_any_infinite;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;
use crate::process::TimeStep;
use crate::units::ms;

/// Izhikevich's simple model: two variables that reproduce most firing patterns of cortical
/// neurons.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/izhikevich.svg"))]
///
/// ```text
/// dv/dt = 0.04·v² + 5·v + 140 − u + I
/// du/dt = a·(b·v − u)                    spikes, v ← c and u ← u + d where v ≥ 30
/// ```
///
/// A step follows the program in the paper: (1) `v` is integrated by two half steps of Euler's
/// method, "for numerical stability", under `I = a_in + i_e`; (2) `u` by a whole step, with the new
/// `v`; (3) `v` is compared with 30 mV. The paper's program compares at the beginning of the next
/// step, which is equivalent. Its time step is 1 ms, the default here. Input is in the paper's
/// units, mV/ms, and is the current during one step: it does not scale with `dt`. A step fails if `u`
/// is then no finite number; it grows without bound if `a·dt` exceeds 2.
///
/// | firing pattern | `a` | `b` | `c` | `d` |
/// |---|---|---|---|---|
/// | regular spiking (default) | 0.02 | 0.2 | −65 | 8 |
/// | fast spiking | 0.1 | 0.2 | −65 | 2 |
/// | chattering | 0.02 | 0.2 | −50 | 2 |
///
/// `u` starts at −13, `b·v` of the defaults, for every `b`. Ports and Vars have the shape of the
/// population; every parameter but `dt` may differ from neuron to neuron.
///
/// Source: Izhikevich (2003), *Simple model of spiking neurons*, IEEE Trans. Neural Networks
/// 14(6), 1569–1572.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Izhikevich;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let neuron: Izhikevich = net.add(Izhikevich::shape([1]).i_e(10.0))?;
/// let spikes = net.probe(&neuron.s_out)?;
/// net.run(RunSteps(200))?;
/// assert_eq!(spikes.events(), [4, 31, 79, 141, 195].map(|ms| (ms, 0)));
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Izhikevich<T: Real = f32> {
    /// Input current of a step, in mV/ms, of either sign; inhibition is negative.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Membrane voltage, in mV.
    #[var(init = T::of(-65.0), finite)]
    v: Var<T>,
    /// Recovery variable, in mV/ms.
    #[var(init = T::of(-13.0), finite)]
    u: Var<T>,
    /// Rate of the recovery, in 1/ms.
    #[var(init = T::of(0.02), finite)]
    a: Var<T>,
    /// Sensitivity of the recovery to the voltage, in 1/ms.
    #[var(init = T::of(0.2), finite)]
    b: Var<T>,
    /// Voltage after a spike, in mV.
    #[var(init = T::of(-65.0), finite)]
    c: Var<T>,
    /// Increment of the recovery per spike, in mV/ms.
    #[var(init = T::of(8.0), finite)]
    d: Var<T>,
    /// Constant input current, in mV/ms.
    #[var(init = T::ZERO, finite)]
    i_e: Var<T>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(1.0 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = Izhikevich<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct IzhikevichModel<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    v: Vec<T>,
    u: Vec<T>,
    a: PerNeuron<T>,
    b: PerNeuron<T>,
    c: PerNeuron<T>,
    d: PerNeuron<T>,
    i_e: PerNeuron<T>,
    dt: f64,
    #[local(rebuilt)]
    fired: Fired,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl<T: Real> IzhikevichModel<T> {
    /// The error of a step after which the state of a neuron is no finite number.
    #[cold]
    fn diverged(&self, neuron: usize) -> crate::Error {
        let value = |values: &PerNeuron<T>| values.block(neuron, 1)[0];
        let (a, b) = (value(&self.a), value(&self.b));
        crate::Error::model(format!(
            "`u` of neuron {} is {:?} after a step of {} ms with `a` = {a:?} and `b` = {b:?}; give \
             parameters and input for which it stays finite, for instance an `a` below 2/dt",
            self.context.neurons().start + neuron,
            self.u[neuron],
            self.dt
        ))
    }
}

impl<T: Real> LoihiModel for IzhikevichModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        time_step(self.dt).map(drop)
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let (dt, half) = (T::of(self.dt), T::of(self.dt / 2.0));
        let [square, linear, constant, peak] = [0.04, 5.0, 140.0, 30.0].map(T::of);
        let mut a_in = self.a_in.recv_blocks();
        self.fired.neurons.clear();
        let step = self.context.time_step();
        let mut blocks = self.sleep.blocks(self.v.len(), step, &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v, &self.u]);
            }
            let a_in = a_in.block(start, len);
            let (v, u) = (&mut self.v[start..][..len], &mut self.u[start..][..len]);
            let (a, b) = (self.a.block(start, len), self.b.block(start, len));
            let (c, d) = (self.c.block(start, len), self.d.block(start, len));
            let i_e = self.i_e.block(start, len);
            self.fired.block(start, len, |i| {
                let input = a_in[i] + i_e[i];
                // In the paper's order: after some spikes even the rounding is visible.
                let change = |v: T| square * (v * v) + linear * v + constant - u[i] + input;
                let moved = |v: T| v + half * change(v);
                let voltage = moved(moved(v[i]));
                let recovery = u[i] + dt * a[i] * (b[i] * voltage - u[i]);
                let fires = voltage >= peak;
                v[i] = select_unpredictable(fires, c[i], voltage);
                u[i] = select_unpredictable(fires, recovery + d[i], recovery);
                fires
            });
            // It depends on the voltage: finite if both are.
            if are_any_infinite(u) {
                let neuron = u.iter().position(|u| !u.double().is_finite());
                return Err(self.diverged(start + neuron.unwrap_or_default()));
            }
            if blocks.look() {
                let fired = self.fired.has_fired_from(start);
                blocks.after(&[&self.v, &self.u], fired);
            }
        }
        self.s_out.send_indices(&self.fired.neurons)
    }
}
