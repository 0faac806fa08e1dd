//! Integrators without spikes.

use super::coefficients::{Discretization, StepCoefficients, parameters};
use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::settle::{Settle, settles};
use crate::process::TimeStep;
use crate::units::ms;

/// Integrators of their input, with or without a leak and a synaptic current, that send their voltage.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/leaky_integrator.svg"))]
///
/// ```text
/// tau_syn·di/dt = −i + w_in·a_in                 with `has_current`, else i = a_in
/// tau_mem·dv/dt = (v_leak − v) + r·i             with `leaks`, else dv/dt = r·i
/// ```
///
/// A message is the input during its step; its effect is in the voltage that is sent in the same step.
/// `method` makes steps of the equations, see [`Discretization`]. Without a leak `dt` counts in ms in
/// `dv/dt`. Coefficients are computed in double precision. Ports and Vars have the shape of the
/// population; every parameter may differ from neuron to neuron.
///
/// Source: the primitives I, LI and CubaLI of the neuromorphic intermediate representation (Pedersen et
/// al. 2024, Nature Communications 15, 8122).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{LeakyIntegrator, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<f64>          = Source::data([[1.0]]);
///     li:    LeakyIntegrator<f64> = LeakyIntegrator::shape([1]).tau_mem(10.0).dt(1.0);
///     input.s_out -> li.a_in;
/// }?;
/// net.run(RunSteps(10))?;
/// assert!((net.li.v.get()?[0] - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LeakyIntegrator<T: Real = f32> {
    /// Input, summed over all connections.
    a_in: InPort<T>,
    /// The voltage.
    v_out: OutPort<T>,
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
    /// The voltage decays; default `true`.
    #[param(default = true)]
    leaks: Param<bool>,
    /// Input acts on a current that decays; default `false`.
    #[param(default = false)]
    has_current: Param<bool>,
    /// The method of integration; default: exact.
    #[param(default = Discretization::Exact)]
    method: Param<Discretization>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = LeakyIntegrator<T>, protocol = Loihi, shardable, batch)]
struct LeakyIntegratorModel<T: Real> {
    a_in: In<T>,
    v_out: Out<T>,
    v: Vec<T>,
    i: Vec<T>,
    tau_mem: PerNeuron<f64>,
    tau_syn: PerNeuron<f64>,
    r: PerNeuron<f64>,
    v_leak: PerNeuron<f64>,
    w_in: PerNeuron<f64>,
    leaks: bool,
    has_current: bool,
    method: Discretization,
    dt: f64,
    #[local(rebuilt)]
    coefficients: StepCoefficients<T>,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl<T: Real> LoihiModel for LeakyIntegratorModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        self.coefficients = StepCoefficients::new(self.v.len(), &parameters!(self))?;
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "v" | "i" => Ok(()),
            _ => self.start(),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let step = self.context.time_step();
        let a_in = self.a_in.recv_sums();
        let mut blocks = self.sleep.blocks(self.v.len(), step, &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v, &self.i]);
            }
            let (v, i) = (&mut self.v[start..][..len], &mut self.i[start..][..len]);
            if settles(step) {
                T::settle(v);
                T::settle(i);
            }
            let a_in = a_in.block(start, len);
            self.coefficients.integrate(start, a_in, i, v);
            if blocks.look() {
                blocks.after(&[&self.v, &self.i], false);
            }
        }
        self.v_out.send_slice(&self.v)
    }
}
