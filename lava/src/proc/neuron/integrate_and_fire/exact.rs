//! Exact integration of the linear membrane over one time step.
//!
//! Every function is finite and accurate for all positive finite arguments, subnormal ones included,
//! if its value is: sums and quotients that overflow, or lose digits, at extreme arguments are
//! replaced there by equivalent ones.
//!
//! Source: Rotter & Diesmann (1999), *Exact digital simulation of time-invariant linear systems
//! with applications to neuronal modeling*, Biological Cybernetics 81, 381–402.

/// Returns the factor by which a quantity with time constant `tau` decays in a step.
pub(super) fn decay(dt: f64, tau: f64) -> f64 {
    (-dt / tau).exp()
}

/// Returns the mean during a step of a quantity with time constant `tau`, as a fraction of its
/// initial value.
pub(super) fn mean(dt: f64, tau: f64) -> f64 {
    if are_moderate([dt, tau]) {
        return -(-dt / tau).exp_m1() * tau / dt;
    }
    match dt / tau {
        exponent if exponent < 1.0 => mean_of_decay(exponent),
        exponent => product(&[tau, -(-exponent).exp_m1()], dt),
    }
}

/// Returns the voltage after a step under a constant current of 1.
pub(super) fn from_constant(dt: f64, tau_m: f64, c_m: f64) -> f64 {
    if are_moderate([dt, tau_m, c_m]) {
        return -(-dt / tau_m).exp_m1() * tau_m / c_m;
    }
    match dt / tau_m {
        exponent if exponent < 1.0 => product(&[dt, mean_of_decay(exponent)], c_m),
        exponent => product(&[tau_m, -(-exponent).exp_m1()], c_m),
    }
}

/// Returns the voltage after a step under a current that starts at 1 and decays with `tau`. It is
/// accurate for equal and nearly equal time constants too.
pub(super) fn from_decaying(dt: f64, tau: f64, tau_m: f64, c_m: f64) -> f64 {
    if are_moderate([dt, tau, tau_m, c_m]) && dt / tau_m < 700.0 {
        let difference = 1.0 / tau - 1.0 / tau_m;
        let effective = match difference {
            0.0 => dt,
            _ => -(-difference * dt).exp_m1() / difference,
        };
        return decay(dt, tau_m) * effective / c_m;
    }
    let (slow, fast) = (tau.max(tau_m), tau.min(tau_m));
    // The decay in two halves, which are normal numbers wherever the whole counts.
    let half = (-dt / slow / 2.0).exp();
    let difference = excess(dt, slow, fast);
    if difference < 1.0 {
        return product(&[half, half, dt, mean_of_decay(difference)], c_m);
    }
    let arrived = -(-difference).exp_m1();
    let amplitude = slow / (slow - fast);
    product(&[half, half, arrived, amplitude, fast], c_m)
}

/// Returns dt/fast − dt/slow.
fn excess(dt: f64, slow: f64, fast: f64) -> f64 {
    match slow == fast {
        true => 0.0,
        false => product(&[dt / fast, slow - fast], slow),
    }
}

/// Returns the voltage after a step under a current that starts at 0 and is `t·exp(−t/tau)`. It is accurate
/// for equal and nearly equal time constants too.
pub(super) fn from_growing(dt: f64, tau: f64, tau_m: f64, c_m: f64) -> f64 {
    let (slow, fast) = (tau.max(tau_m), tau.min(tau_m));
    let half = (-dt / slow / 2.0).exp();
    let difference = excess(dt, slow, fast);
    if difference < 1.0 {
        let shape = match tau == slow {
            true => growth_of_slow(difference),
            false => growth_of_fast(difference),
        };
        return product(&[half, half, dt, dt, shape], c_m);
    }
    let amplitude = slow / (slow - fast);
    if tau == slow {
        let arrived = 1.0 + (-difference).exp_m1() / difference;
        return product(&[half, half, arrived, amplitude, fast, dt], c_m);
    }
    // The exponential is zero before the difference is infinite.
    let arrived = 1.0 - (-difference).exp() * (1.0 + difference.min(1e3));
    product(
        &[half, half, arrived, amplitude, fast, amplitude, fast],
        c_m,
    )
}

/// Returns the integral over the unit interval of t·exp(−`exponent`·t), for exponents from 0 to 1.
fn growth_of_fast(exponent: f64) -> f64 {
    let mut term = 1.0;
    (1..20).fold(0.5, |sum, n| {
        term *= -exponent / f64::from(n);
        sum + term / f64::from(n + 2)
    })
}

/// Returns the integral over the unit interval of t·exp(−`exponent`·(1 − t)), for exponents from 0 to 1.
fn growth_of_slow(exponent: f64) -> f64 {
    let mut term = 0.5;
    (3..22).fold(0.5, |sum, n| {
        term *= -exponent / f64::from(n);
        sum + term
    })
}

/// Returns the mean over the unit interval of exp(−`exponent`·t).
fn mean_of_decay(exponent: f64) -> f64 {
    match exponent < f64::MIN_POSITIVE {
        true => 1.0,
        false => -(-exponent).exp_m1() / exponent,
    }
}

/// Returns `true` if products and quotients of a few of the values are normal numbers.
fn are_moderate<const N: usize>(values: [f64; N]) -> bool {
    values.iter().all(|value| (1e-100..=1e100).contains(value))
}

/// Returns the product of `factors` divided by `divisor`: no intermediate value overflows or loses
/// digits.
fn product(factors: &[f64], divisor: f64) -> f64 {
    let (divisor, below) = parts(divisor);
    let start = (1.0 / divisor, -below);
    let (mantissa, exponent) = factors.iter().fold(start, |(mantissa, exponent), factor| {
        let (factor, by) = parts(*factor);
        (mantissa * factor, exponent + by)
    });
    let (mantissa, more) = parts(mantissa);
    let exponent = (exponent + more).clamp(-2000, 2000);
    let steps = [exponent / 3, exponent / 3, exponent - exponent / 3 * 2];
    steps
        .iter()
        .fold(mantissa, |value, step| value * 2.0_f64.powi(*step))
}

/// Returns the mantissa, from 1 to 2 in magnitude, and the exponent of a number. Zero and numbers
/// that are not finite have the exponent 0.
fn parts(value: f64) -> (f64, i32) {
    const BIAS: i32 = 1023;
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let (value, shift) = match value.is_normal() {
        true => (value, 0),
        false => (value * 2.0_f64.powi(64), 64),
    };
    let exponent = (value.to_bits() >> 52 & 0x7ff) as i32 - BIAS;
    let mantissa = value.to_bits() & !(0x7ff << 52) | (BIAS as u64) << 52;
    (f64::from_bits(mantissa), exponent - shift)
}

#[cfg(test)]
mod tests;
