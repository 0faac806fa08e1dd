//! Exact integration against a reference in double-double arithmetic with an exponent of its own.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::*;

/// `(high + low) · 2^exponent`, with about 104 bits and no range to leave.
#[derive(Clone, Copy, Debug)]
struct Wide {
    high: f64,
    low: f64,
    exponent: i64,
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

impl Wide {
    const ZERO: Wide = Wide {
        high: 0.0,
        low: 0.0,
        exponent: 0,
    };

    /// Brings the first part to a magnitude from 1 to 2.
    fn normal(high: f64, low: f64, exponent: i64) -> Wide {
        let (high, low) = two_sum(high, low);
        if high == 0.0 {
            return Wide::ZERO;
        }
        let (_, shift) = parts(high);
        let scale = 2.0_f64.powi(-shift);
        Wide {
            high: high * scale,
            low: low * scale,
            exponent: exponent + i64::from(shift),
        }
    }

    fn of(value: f64) -> Wide {
        let (mantissa, exponent) = parts(value);
        Wide::normal(mantissa, 0.0, exponent.into())
    }

    fn abs(self) -> Wide {
        if self.high < 0.0 { -self } else { self }
    }

    fn less(self, bound: f64) -> bool {
        (self - Wide::of(bound)).high < 0.0
    }

    /// exp(−self) for a number that is not negative.
    fn decay(self) -> Wide {
        if !self.less(1e6) {
            return Wide::ZERO;
        }
        let x = Wide {
            exponent: self.exponent - 24,
            ..self
        };
        let (mut term, mut sum) = (Wide::of(1.0), Wide::of(1.0));
        for n in 1..=12 {
            term = -(term * x) / Wide::of(f64::from(n));
            sum = sum + term;
        }
        (0..24).fold(sum, |power, _| power * power)
    }

    /// (1 − exp(−self)) / self for a number that is not negative.
    fn mean(self) -> Wide {
        if !self.less(1e-3) {
            return (Wide::of(1.0) - self.decay()) / self;
        }
        let (mut term, mut sum) = (Wide::of(1.0), Wide::of(1.0));
        for n in 2..=14 {
            term = -(term * self) / Wide::of(f64::from(n));
            sum = sum + term;
        }
        sum
    }

    /// The integral over the unit interval of t·exp(−self·t), and of t·exp(−self·(1 − t)), for a number that is
    /// not negative.
    fn growth(self) -> [Wide; 2] {
        let one = Wide::of(1.0);
        if !self.less(1e-2) {
            let (squared, decay) = (self * self, self.decay());
            let fast = (one - decay * (one + self)) / squared;
            return [fast, (decay - one + self) / squared];
        }
        let (mut fast, mut slow) = (Wide::of(0.5), Wide::of(0.5));
        let (mut power, mut term) = (one, Wide::of(0.5));
        for n in 1..=14 {
            power = -(power * self) / Wide::of(f64::from(n));
            fast = fast + power / Wide::of(f64::from(n + 2));
            term = -(term * self) / Wide::of(f64::from(n + 2));
            slow = slow + term;
        }
        [fast, slow]
    }

    /// Fails unless `value` is this number, up to rounding and `tolerance`.
    fn check(self, value: f64, tolerance: f64, place: &str) {
        if self.exponent >= 1024 {
            assert!(
                !value.is_finite() || value > 1e307,
                "{place}: {value:e}, not infinity"
            );
            return;
        }
        assert!(value.is_finite(), "{place}: {value:e}, not {self:?}");
        let error = (Wide::of(value) - self).abs();
        let close = (error - self.abs() * Wide::of(tolerance)).high <= 0.0;
        assert!(
            close || error.less(2e-323),
            "{place}: {value:e}, not {:e}·2^{}",
            self.high,
            self.exponent
        );
    }
}

impl Neg for Wide {
    type Output = Wide;
    fn neg(self) -> Wide {
        Wide {
            high: -self.high,
            low: -self.low,
            ..self
        }
    }
}

impl Add for Wide {
    type Output = Wide;
    fn add(self, other: Wide) -> Wide {
        if self.high == 0.0 {
            return other;
        }
        let by = other.exponent - self.exponent;
        if other.high == 0.0 || by < -200 {
            return self;
        }
        if by > 0 {
            return other + self;
        }
        let scale = 2.0_f64.powi(by as i32);
        let (high, error) = two_sum(self.high, other.high * scale);
        Wide::normal(high, error + (self.low + other.low * scale), self.exponent)
    }
}

impl Sub for Wide {
    type Output = Wide;
    fn sub(self, other: Wide) -> Wide {
        self + -other
    }
}

impl Mul for Wide {
    type Output = Wide;
    fn mul(self, other: Wide) -> Wide {
        let high = self.high * other.high;
        let error = self.high.mul_add(other.high, -high);
        let cross = self.high * other.low + self.low * other.high;
        Wide::normal(high, error + cross, self.exponent + other.exponent)
    }
}

impl Div for Wide {
    type Output = Wide;
    fn div(self, other: Wide) -> Wide {
        let divide =
            |rest: Wide| Wide::normal(rest.high / other.high, 0.0, rest.exponent - other.exponent);
        let first = divide(self);
        let second = divide(self - first * other);
        let third = divide(self - (first + second) * other);
        first + second + third
    }
}

/// Numbers over the whole range, subnormal ones included, with some neighbours.
fn range(step: usize) -> impl Iterator<Item = f64> + Clone {
    let smallest = [5e-324, 1e-323, 3e-320, 4.1e-309, f64::MIN_POSITIVE];
    let normal = (-307..308).step_by(step).map(|n| 1.7 * 10.0_f64.powi(n));
    let usual = [
        1e-4,
        1e-3,
        0.1,
        0.2,
        0.5,
        2.0,
        10.0,
        10.0 + 1e-9,
        144.0,
        1e30,
        f64::MAX,
    ];
    smallest.into_iter().chain(normal).chain(usual)
}

#[test]
fn the_reference_is_right() {
    let e = Wide::of(1.0).decay();
    assert!(
        (e * Wide::of(std::f64::consts::E) - Wide::of(1.0))
            .abs()
            .less(1e-16)
    );
    let product = Wide::of(0.25).decay() * Wide::of(0.75).decay();
    assert!((product / e - Wide::of(1.0)).abs().less(1e-22));
    let third = Wide::of(1.0) / Wide::of(3.0);
    assert!((third * Wide::of(3.0) - Wide::of(1.0)).abs().less(1e-30));
    assert!(
        (Wide::of(1e-3).mean() - Wide::of(9.999e-4).mean())
            .abs()
            .less(1e-7)
    );
}

#[test]
fn one_time_constant_is_exact_over_the_whole_range() {
    for dt in range(31) {
        for tau in range(1) {
            let x = Wide::of(dt) / Wide::of(tau);
            let place = format!("dt {dt:e}, tau {tau:e}");
            x.decay()
                .check(decay(dt, tau), 1e-15 * (1.0 + (dt / tau).min(1e3)), &place);
            x.mean().check(mean(dt, tau), 1e-15, &place);
            for c_m in [5e-324, 1e-310, 1e-30, 250.0, 1e300] {
                let expected = Wide::of(dt) * x.mean() / Wide::of(c_m);
                let value = from_constant(dt, tau, c_m);
                expected.check(value, 2e-15, &format!("{place}, c_m {c_m:e}"));
            }
        }
    }
}

#[test]
fn two_time_constants_are_exact_over_the_whole_range() {
    for dt in [5e-324, 1e-300, 1e-3, 0.1, 1.0, 1e300] {
        for tau in range(7) {
            let close = [tau, tau * (1.0 + 1e-13), tau * (1.0 - 1e-7), tau * 1.001];
            let close = close
                .into_iter()
                .filter(|tau| *tau > 0.0 && tau.is_finite());
            for tau_m in range(11).chain(close) {
                let [a, b] = [tau, tau_m].map(|tau| Wide::of(dt) / Wide::of(tau));
                let slower = if (a - b).high < 0.0 { a } else { b };
                let shape = slower.decay() * (a - b).abs().mean();
                let exponent = (dt / tau).max(dt / tau_m).min(1e3);
                for c_m in [5e-324, 1e-30, 250.0, 1e300] {
                    let expected = Wide::of(dt) / Wide::of(c_m) * shape;
                    let value = from_decaying(dt, tau, tau_m, c_m);
                    let place = format!("dt {dt:e}, tau {tau:e}, tau_m {tau_m:e}, c_m {c_m:e}");
                    expected.check(value, 2e-15 * (2.0 + exponent), &place);
                    let [fast, slow] = (a - b).abs().growth();
                    let shape = slower.decay() * if tau < tau_m { fast } else { slow };
                    let expected = Wide::of(dt) * Wide::of(dt) / Wide::of(c_m) * shape;
                    let value = from_growing(dt, tau, tau_m, c_m);
                    expected.check(value, 4e-15 * (2.0 + exponent), &place);
                }
            }
        }
    }
}

#[test]
fn equal_time_constants_are_the_limit_of_close_ones() {
    let equal = from_decaying(0.1, 10.0, 10.0, 250.0);
    assert_eq!(equal, 0.1 * decay(0.1, 10.0) / 250.0);
}
