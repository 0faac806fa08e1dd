//! Weights that a signal changes by an eligibility, in closed form.

use super::factors::SignalSpan;
use super::rule::Past;
use crate::model::{Persist, PersistError};
use crate::proc::kernel::elementary::expm1;

/// The equations of a [`ThirdFactor`](super::ThirdFactor) that turns the eligibility of a synapse into its
/// weight, solved in closed form:
///
/// ```text
/// eligibility   dc/dt = −c/τ_c
/// signal        dn/dt = −n/τ_n, or constant from message to message
/// weight        dw/dt = c·(g·n + b)
/// ```
///
/// The signal is kept with its integrals from the beginning of a period of 4 `τ_c`, so an interval costs the
/// same however many messages it has.
///
/// ```
/// use lava::proc::plasticity::{Dopamine, Modulation, Past, SignalSpan};
///
/// let rule = Modulation::new(1000.0, 1.0); // ms
/// let begin = rule.begin_period(Past { state: Dopamine::default(), steps: 0 });
/// let dopamine = begin.with_concentration(0.01);
/// let at = |steps| Past { state: dopamine, steps };
/// let second = rule.interval(SignalSpan { from: at(0), to: at(1000), steps: 1000 });
/// let decay = (-1.0_f32).exp();
/// assert!((second.decay() - decay).abs() < 1e-6);
/// assert!((second.change() - 10.0 * (1.0 - decay)).abs() < 1e-5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Modulation {
    /// The time step, in ms.
    dt: f64,
    /// 1/τ_c, and 1/τ_n or 0 for a signal that is constant.
    rates: [f64; 2],
    /// g and b.
    effect: [f64; 2],
    period: u32,
}

/// The signal, and its effect since the beginning of the period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dopamine {
    /// n, in 1/ms.
    concentration: f64,
    /// The change of the weight since then by an eligibility that was 1 then.
    change: f64,
    /// The value now of an eligibility that was 1 then.
    eligibility: f64,
    /// The change of the weight in this step, once its spikes have arrived, by an eligibility that is 1 now.
    reward: f64,
}

impl Persist for Dopamine {
    fn layout() -> String {
        <[f64; 4]>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        [
            self.concentration,
            self.change,
            self.eligibility,
            self.reward,
        ]
        .save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let [concentration, change, eligibility, reward] = Persist::load(bytes)?;
        Ok(Dopamine {
            concentration,
            change,
            eligibility,
            reward,
        })
    }
}

/// The effect of the signal in an interval.
#[derive(Clone, Copy, Debug, Default)]
pub struct DopamineInterval {
    /// The share of the eligibility that is left.
    decay: f32,
    /// The change of the weight by an eligibility of 1.
    change: f32,
}

impl Dopamine {
    /// The concentration n.
    pub fn concentration(self) -> f64 {
        self.concentration
    }

    /// The signal with another concentration from this step on.
    #[must_use]
    pub fn with_concentration(self, concentration: f64) -> Dopamine {
        Dopamine {
            concentration,
            ..self
        }
    }

    /// The signal with a reward in this step: it changes weights by `change` times their eligibility, after the
    /// spikes of the step.
    #[must_use]
    pub fn with_reward(self, change: f64) -> Dopamine {
        Dopamine {
            reward: self.reward + change,
            ..self
        }
    }
}

impl DopamineInterval {
    /// The share of the eligibility that is left.
    #[inline(always)]
    pub fn decay(&self) -> f32 {
        self.decay
    }

    /// The change of the weight by an eligibility that is 1 at the beginning.
    #[inline(always)]
    pub fn change(&self) -> f32 {
        self.change
    }
}

/// The length of a period in τ_c: eligibilities of different times are compared in double precision.
const PERIOD: f64 = 4.0;

impl Modulation {
    /// The equations with a signal that is constant between messages, g = 1 and b = 0, in steps of `dt`;
    /// times in ms.
    pub fn new(tau_c: f64, dt: f64) -> Modulation {
        Modulation {
            dt,
            rates: [1.0 / tau_c, 0.0],
            effect: [1.0, 0.0],
            period: (PERIOD * tau_c / dt).clamp(1.0, f64::from(1 << 30)) as u32,
        }
    }

    /// Lets the signal decay with a time constant, in ms.
    #[must_use]
    pub fn decaying(mut self, tau_n: f64) -> Modulation {
        self.rates[1] = 1.0 / tau_n;
        self
    }

    /// Sets g and b of the equation of the weight.
    #[must_use]
    pub fn effect(mut self, gain: f64, offset: f64) -> Modulation {
        self.effect = [gain, offset];
        self
    }

    /// The number of steps of a period.
    pub fn period(&self) -> u32 {
        self.period.max(1)
    }

    /// The signal at the beginning of a period.
    pub fn begin_period(&self, signal: Past<Dopamine>) -> Dopamine {
        Dopamine {
            concentration: self.later(signal).concentration,
            change: 0.0,
            eligibility: 1.0,
            reward: 0.0,
        }
    }

    /// The signal some steps later, without a message.
    pub fn later(&self, past: Past<Dopamine>) -> Dopamine {
        if past.steps == 0 {
            return past.state;
        }
        let (change, left) = self.change(past.state.concentration, past.steps);
        let change = change + past.state.reward;
        let spent = expm1(-f64::from(past.steps) * self.dt * self.rates[1]);
        Dopamine {
            concentration: past.state.concentration * (1.0 + spent),
            change: past.state.change + past.state.eligibility * change,
            eligibility: past.state.eligibility * left,
            reward: 0.0,
        }
    }

    /// The effect of an interval, which is within a period.
    #[inline(always)]
    pub fn interval(&self, span: SignalSpan<Dopamine>) -> DopamineInterval {
        let SignalSpan { from, to, steps } = span;
        let begin = self.later(from);
        let (mut change, left) = self.change(begin.concentration, steps);
        change += begin.reward;
        if u64::from(from.steps) + u64::from(steps) != u64::from(to.steps) {
            change = (self.later(to).change - begin.change) / begin.eligibility;
        }
        DopamineInterval {
            decay: left as f32,
            change: change as f32,
        }
    }

    /// The change of the weight in some steps by an eligibility of 1 at first, and what is left of that.
    fn change(&self, concentration: f64, steps: u32) -> (f64, f64) {
        let time = f64::from(steps) * self.dt;
        let [rate_c, rate_n] = self.rates;
        let [gain, offset] = self.effect;
        let spent_c = -expm1(-time * rate_c);
        let spent = match rate_n == 0.0 {
            true => spent_c,
            false => -expm1(-time * (rate_c + rate_n)),
        };
        let change = gain * concentration * spent / (rate_c + rate_n) + offset * spent_c / rate_c;
        (change, 1.0 - spent_c)
    }
}
