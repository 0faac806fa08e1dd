//! A step of voltage and current: coefficients from time constants.

use crate::model::PerNeuron;
use crate::proc::kernel::cascade::Cascade;
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;

/// The method by which an equation in continuous time becomes steps. A message is the input during its
/// whole step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Discretization {
    /// The exact solution for input that is constant during a step.
    #[default]
    Exact,
    /// Forward Euler: `v ← v + dt/tau·((v_leak − v) + r·i)`, with the current before the step. Norse
    /// computes so. Without a leak `v ← v + dt·r·i`.
    ForwardEuler,
    /// Euler with a factor of decay, the current first: `i ← (1 − dt/tau_syn)·i + dt/tau_syn·w_in·a_in`,
    /// then `v ← (1 − dt/tau_mem)·v + dt/tau_mem·(v_leak + r·i)`. snnTorch, Spyx and Lava compute so.
    DecayEuler,
}

#[cfg(feature = "store")]
crate::storable!(
    enum Discretization {
        Exact,
        ForwardEuler,
        DecayEuler,
    }
);

/// Parameters of a population, borrowed from a model.
pub(super) struct Parameters<'a> {
    pub(super) dt: f64,
    pub(super) method: Discretization,
    pub(super) leaks: bool,
    pub(super) has_current: bool,
    pub(super) tau_mem: &'a PerNeuron<f64>,
    pub(super) tau_syn: &'a PerNeuron<f64>,
    pub(super) r: &'a PerNeuron<f64>,
    pub(super) v_leak: &'a PerNeuron<f64>,
    pub(super) w_in: &'a PerNeuron<f64>,
}

/// Borrows the [`Parameters`] of a model: the fields of these names only.
macro_rules! parameters {
    ($model:ident) => {
        $crate::proc::neuron::continuous::coefficients::Parameters {
            dt: $model.dt,
            method: $model.method,
            leaks: $model.leaks,
            has_current: $model.has_current,
            tau_mem: &$model.tau_mem,
            tau_syn: &$model.tau_syn,
            r: &$model.r,
            v_leak: &$model.v_leak,
            w_in: &$model.w_in,
        }
    };
}

pub(super) use parameters;

/// Coefficients of a step of a neuron.
#[derive(Clone, Copy, Debug)]
struct Step<T> {
    /// Decay of the current, and the effect of the input on it.
    current: [T; 2],
    /// Decay of the voltage.
    decay: T,
    /// Effect of the current, and of the input, on the voltage.
    gain: [T; 2],
    /// Effect of the leak; with [`Discretization::ForwardEuler`] the voltage at rest.
    leak: T,
    /// With [`Discretization::ForwardEuler`], the resistance.
    r: T,
}

/// Coefficients of a population.
#[derive(Debug)]
pub(super) struct StepCoefficients<T> {
    steps: Vec<Step<T>>,
    method: Discretization,
    leaks: bool,
    has_current: bool,
}

impl<T> Default for StepCoefficients<T> {
    fn default() -> Self {
        StepCoefficients {
            steps: Vec::new(),
            method: Discretization::Exact,
            leaks: true,
            has_current: false,
        }
    }
}

impl<T: Real> StepCoefficients<T> {
    /// # Errors
    /// If the time step is not positive.
    pub(super) fn new(neurons: usize, parameters: &Parameters<'_>) -> crate::Result<Self> {
        let dt = time_step(parameters.dt)?;
        // A neuron that does not leak has one equation, whose Euler step is exact.
        let method = match parameters.leaks || parameters.has_current {
            true => parameters.method,
            false => Discretization::DecayEuler,
        };
        let mut steps = Vec::with_capacity(neurons);
        for (start, len) in blocks(neurons) {
            let of = |values: &PerNeuron<f64>, i: usize| values.block(start, len)[i];
            for i in 0..len {
                let [tau_mem, tau_syn] = [of(parameters.tau_mem, i), of(parameters.tau_syn, i)];
                let neuron = Neuron {
                    rate: if parameters.leaks { dt / tau_mem } else { 0.0 },
                    gain: if parameters.leaks { dt / tau_mem } else { dt },
                    synaptic: dt / tau_syn,
                    r: of(parameters.r, i),
                    v_leak: if parameters.leaks {
                        of(parameters.v_leak, i)
                    } else {
                        0.0
                    },
                    w_in: of(parameters.w_in, i),
                };
                steps.push(match method {
                    Discretization::Exact => neuron.exact(parameters.has_current),
                    Discretization::ForwardEuler => neuron.forward_euler(),
                    Discretization::DecayEuler => neuron.decay_euler(),
                });
            }
        }
        Ok(StepCoefficients {
            steps,
            method,
            leaks: parameters.leaks,
            has_current: parameters.has_current,
        })
    }

    /// Advances current and voltage of a block that begins at `start` by a step.
    #[inline(always)]
    pub(super) fn integrate(&self, start: usize, a_in: &[T], current: &mut [T], voltage: &mut [T]) {
        let steps = &self.steps[start..][..voltage.len()];
        match (self.method, self.has_current) {
            (Discretization::Exact, true) => {
                each(steps, a_in, current, voltage, |step, a, i, v| {
                    *v = step.decay * *v + (step.gain[0] * *i + (step.gain[1] * a + step.leak));
                    *i = step.current[0] * *i + step.current[1] * a;
                });
            }
            (Discretization::ForwardEuler, true) if !self.leaks => {
                each(steps, a_in, current, voltage, |step, a, i, v| {
                    *v = *v + step.gain[0] * *i;
                    *i = *i - step.current[0] * *i + step.current[1] * a;
                });
            }
            (Discretization::ForwardEuler, true) => {
                each(steps, a_in, current, voltage, |step, a, i, v| {
                    *v = *v + step.decay * ((step.leak - *v) + step.r * *i);
                    *i = *i - step.current[0] * *i + step.current[1] * a;
                });
            }
            (Discretization::DecayEuler, true) => {
                each(steps, a_in, current, voltage, |step, a, i, v| {
                    *i = step.current[0] * *i + step.current[1] * a;
                    *v = step.decay * *v + (step.gain[0] * *i + step.leak);
                });
            }
            (Discretization::ForwardEuler, false) => {
                each(steps, a_in, current, voltage, |step, a, _, v| {
                    *v = *v + step.decay * ((step.leak - *v) + step.r * a);
                });
            }
            (_, false) => each(steps, a_in, current, voltage, |step, a, _, v| {
                *v = step.decay * *v + (step.gain[1] * a + step.leak);
            }),
        }
    }

    /// A step of a neuron without input, or `None` if a factor is not from 0 to 1: a step of Euler's method
    /// that is longer than a time constant overshoots.
    pub(super) fn cascade(&self, neuron: usize) -> Option<Cascade> {
        let step = &self.steps[neuron];
        let [keeps, gain, leak, r] = [step.decay, step.gain[0], step.leak, step.r].map(T::double);
        let kept = step.current[0].double();
        let mut cascade = Cascade {
            current: kept,
            voltage: keeps,
            gain,
            constant: leak,
        };
        match self.method {
            Discretization::Exact => {}
            Discretization::DecayEuler => cascade.gain = gain * kept,
            Discretization::ForwardEuler => {
                cascade = Cascade {
                    current: 1.0 - kept,
                    voltage: if self.leaks { 1.0 - keeps } else { 1.0 },
                    gain: keeps * r,
                    constant: keeps * leak,
                };
            }
        }
        if !self.has_current {
            (cascade.current, cascade.gain) = (1.0, 0.0);
        }
        let are_kept = [cascade.current, cascade.voltage].map(|kept| (0.0..=1.0).contains(&kept));
        (are_kept == [true, true]).then_some(cascade)
    }
}

#[inline(always)]
fn each<T: Real>(
    steps: &[Step<T>],
    a_in: &[T],
    current: &mut [T],
    voltage: &mut [T],
    advance: impl Fn(&Step<T>, T, &mut T, &mut T),
) {
    let len = voltage.len();
    let (steps, a_in, current) = (&steps[..len], &a_in[..len], &mut current[..len]);
    for n in 0..len {
        advance(&steps[n], a_in[n], &mut current[n], &mut voltage[n]);
    }
}

/// Parameters of a neuron, in units of the time step.
struct Neuron {
    /// `dt/tau_mem`; 0 without a leak.
    rate: f64,
    /// The effect of `r·i` on the voltage in a short step.
    gain: f64,
    /// `dt/tau_syn`.
    synaptic: f64,
    r: f64,
    v_leak: f64,
    w_in: f64,
}

impl Neuron {
    fn exact<T: Real>(&self, has_current: bool) -> Step<T> {
        let [lost, lost_current] = [-(-self.rate).exp_m1(), -(-self.synaptic).exp_m1()];
        // The effect of a current that is constant during the step; without a leak the limit.
        let constant = if self.rate == 0.0 {
            self.gain
        } else {
            self.gain * (lost / self.rate)
        };
        let [from_current, from_input] = match has_current {
            true => {
                let decaying = self.gain * self.decaying();
                [
                    self.r * decaying,
                    self.r * self.w_in * (constant - decaying),
                ]
            }
            false => [0.0, self.r * constant],
        };
        Step {
            current: [1.0 - lost_current, self.w_in * lost_current].map(T::of),
            decay: T::of(1.0 - lost),
            gain: [from_current, from_input].map(T::of),
            leak: T::of(self.v_leak * lost),
            r: T::of(self.r),
        }
    }

    /// The mean over a step of `exp(−t/tau_syn)·exp(−(dt − t)/tau_mem)`: the effect of a decaying current.
    fn decaying(&self) -> f64 {
        let difference = self.rate - self.synaptic;
        let ratio = match difference.abs() < 1e-12 {
            true => 1.0,
            false => difference.exp_m1() / difference,
        };
        (-self.rate).exp() * ratio
    }

    fn forward_euler<T: Real>(&self) -> Step<T> {
        let mut step = self.decay_euler::<T>();
        step.decay = T::of(self.gain);
        step.current[0] = T::of(self.synaptic);
        step.leak = T::of(self.v_leak);
        step
    }

    fn decay_euler<T: Real>(&self) -> Step<T> {
        let gain = T::of(self.gain * self.r);
        Step {
            current: [1.0 - self.synaptic, self.synaptic * self.w_in].map(T::of),
            decay: T::of(1.0 - self.rate),
            gain: [gain, gain],
            leak: T::of(self.rate * self.v_leak),
            r: T::of(self.r),
        }
    }
}
