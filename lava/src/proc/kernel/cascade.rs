//! The closed form of a voltage under a current, where each loses a fraction in a step.

use super::events::ClosedNumber;

/// A step without input of a neuron whose current and voltage each keep a factor from 0 to 1:
///
/// ```text
/// v ← voltage·v + gain·i + constant        i ← current·i        with i before the step on the right
/// ```
#[derive(Clone, Copy, Debug)]
pub(in crate::proc) struct Cascade {
    /// The factor that the current keeps.
    pub(in crate::proc) current: f64,
    /// The factor that the voltage keeps.
    pub(in crate::proc) voltage: f64,
    /// The effect of the current before a step on the voltage.
    pub(in crate::proc) gain: f64,
    /// The constant change of the voltage.
    pub(in crate::proc) constant: f64,
}

impl Cascade {
    /// Current and voltage after some steps.
    pub(in crate::proc) fn after(&self, steps: u64, [i, v]: [f64; 2]) -> [f64; 2] {
        let n = steps as f64;
        let driven = match i {
            0.0 => 0.0,
            _ => self.gain * i * self.response(n),
        };
        let constant = match self.constant {
            0.0 => 0.0,
            constant => constant * self.accumulated(n),
        };
        [
            self.current.powf(n) * i,
            self.voltage.powf(n) * v + (driven + constant),
        ]
    }

    /// A bound of the voltages of all later steps without input: none is higher. It is infinite if they have
    /// no bound.
    pub(in crate::proc) fn highest(&self, [i, v]: [f64; 2]) -> f64 {
        let lost = 1.0 - self.voltage;
        let goal = match self.constant {
            0.0 => 0.0,
            constant if lost > 0.0 => constant / lost,
            constant if constant > 0.0 => f64::INFINITY,
            _ => v,
        };
        let driven = match (self.gain * i).max(0.0) {
            0.0 => 0.0,
            drive => drive * self.peak(),
        };
        // Without a loss the voltage does not move towards a goal.
        let still = if self.constant == 0.0 && lost == 0.0 {
            v
        } else {
            v.max(goal)
        };
        still + driven
    }

    /// A bound of the voltages of all later steps without input: none is lower.
    pub(in crate::proc) fn lowest(&self, [i, v]: [f64; 2]) -> f64 {
        let mirrored = Cascade {
            constant: -self.constant,
            ..*self
        };
        -mirrored.highest([-i, -v])
    }

    /// The voltage after `n` steps under a current of 1 with a gain of 1:
    /// `(currentⁿ − voltageⁿ)/(current − voltage)`.
    fn response(&self, n: f64) -> f64 {
        let (slow, fast) = match self.current > self.voltage {
            true => (self.current, self.voltage),
            false => (self.voltage, self.current),
        };
        let difference = slow - fast;
        if difference == 0.0 {
            return n * slow.powf(n - 1.0);
        }
        slow.powf(n) * (-(n * (-difference / slow).ln_1p()).exp_m1() / difference)
    }

    /// The voltage after `n` steps under a constant change of 1.
    fn accumulated(&self, n: f64) -> f64 {
        match 1.0 - self.voltage {
            0.0 => n,
            lost => -(n * (-lost).ln_1p()).exp_m1() / lost,
        }
    }

    /// A bound of [`response`](Cascade::response) for all numbers of steps from 1 on.
    fn peak(&self) -> f64 {
        let (current, voltage) = (-self.current.ln(), -self.voltage.ln());
        let ratio = voltage / current;
        if !(ratio.is_normal() && current.is_finite() && voltage.is_finite()) {
            // One is kept for ever, or lost at once.
            return 1.0 / (1.0 - self.current.min(self.voltage));
        }
        let time = match (ratio - 1.0).abs() < 1e-6 {
            true => 1.0 / current,
            false => ratio.ln() / (voltage - current),
        };
        self.response(time.max(1.0)) * (1.0 + 1e-9)
    }
}

/// Returns `true` if `bound`, computed from numbers of type `T` of up to `size`, is below `threshold` by more
/// than rounding does.
pub(in crate::proc) fn is_below<T: ClosedNumber>(bound: f64, threshold: f64, size: f64) -> bool {
    let margin = 1e3 * T::EPSILON * (bound.abs() + size);
    bound + margin < threshold
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn factor() -> impl Strategy<Value = f64> {
        prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0, 0.99..=1.0]
    }

    proptest! {
        #[test]
        fn many_steps_at_once_are_as_many_steps(
            current in factor(), voltage in prop_oneof![factor(), Just(f64::NAN)],
            gain in -2.0..2.0, constant in prop_oneof![Just(0.0), -1.0..1.0],
            i in prop_oneof![Just(0.0), -5.0..5.0], v in -5.0..5.0, steps in 1_u64..300,
        ) {
            // Equal factors, too.
            let voltage = if voltage.is_nan() { current } else { voltage };
            let cascade = Cascade { current, voltage, gain, constant };
            let (highest, lowest) = (cascade.highest([i, v]), cascade.lowest([i, v]));
            let (mut now, mut voltage_now) = (i, v);
            for _ in 0..steps {
                voltage_now = voltage * voltage_now + gain * now + constant;
                now *= current;
                let slack = 1e-9 * (1.0 + voltage_now.abs());
                prop_assert!(voltage_now <= highest + slack, "{voltage_now} above {highest}");
                prop_assert!(voltage_now >= lowest - slack, "{voltage_now} below {lowest}");
            }
            let [found, found_voltage] = cascade.after(steps, [i, v]);
            prop_assert!((found - now).abs() <= 1e-11, "{found} {now}");
            prop_assert!(
                (found_voltage - voltage_now).abs() <= 1e-10 * (1.0 + voltage_now.abs()),
                "{found_voltage} {voltage_now}"
            );
        }
    }

    #[test]
    fn the_bound_is_reached() {
        let cascade = Cascade {
            current: 0.9,
            voltage: 0.97,
            gain: 0.9,
            constant: 0.0,
        };
        let highest = cascade.highest([1.0, 0.0]);
        let reached = (1..200)
            .map(|n| cascade.after(n, [1.0, 0.0])[1])
            .fold(0.0, f64::max);
        assert!(
            reached <= highest && highest < 1.01 * reached,
            "{reached} {highest}"
        );
        let constant = Cascade {
            constant: 0.03,
            ..cascade
        };
        assert!((constant.highest([0.0, -5.0]) - 1.0).abs() < 1e-12);
        let endless = Cascade {
            voltage: 1.0,
            ..constant
        };
        assert_eq!(endless.highest([0.0, 0.0]), f64::INFINITY);
        assert_eq!(endless.lowest([0.0, -2.0]), -2.0);
    }
}
