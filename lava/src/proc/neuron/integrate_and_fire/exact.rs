//! Exact integration of the linear membrane over one time step.
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
    -(-dt / tau).exp_m1() * tau / dt
}

/// Returns the voltage after a step under a constant current of 1.
pub(super) fn from_constant(dt: f64, tau_m: f64, c_m: f64) -> f64 {
    -(-dt / tau_m).exp_m1() * tau_m / c_m
}

/// Returns the voltage after a step under a current that starts at 1 and decays with `tau`. It is
/// accurate for equal and nearly equal time constants too.
pub(super) fn from_decaying(dt: f64, tau: f64, tau_m: f64, c_m: f64) -> f64 {
    let difference = 1.0 / tau - 1.0 / tau_m;
    let effective = match difference {
        0.0 => dt,
        _ => -(-difference * dt).exp_m1() / difference,
    };
    decay(dt, tau_m) * effective / c_m
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decaying_current_has_the_effect_of_its_closed_form() {
        let (dt, tau, tau_m, c_m) = (0.1, 2.0, 10.0, 250.0);
        let difference = decay(dt, tau_m) - decay(dt, tau);
        let closed = tau * tau_m / (tau_m - tau) / c_m * difference;
        assert!((from_decaying(dt, tau, tau_m, c_m) / closed - 1.0).abs() < 1e-13);
    }

    #[test]
    fn equal_time_constants_are_the_limit_of_close_ones() {
        let equal = from_decaying(0.1, 10.0, 10.0, 250.0);
        assert_eq!(equal, 0.1 * decay(0.1, 10.0) / 250.0);
        let close = from_decaying(0.1, 10.0 * (1.0 + 1e-13), 10.0, 250.0);
        assert!((close / equal - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_slow_current_is_a_constant_one() {
        let slow = from_decaying(0.1, 1e12, 10.0, 250.0);
        assert!((slow / from_constant(0.1, 10.0, 250.0) - 1.0).abs() < 1e-12);
    }
}
