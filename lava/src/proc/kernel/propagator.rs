//! The exponential of a matrix.

/// Returns the propagator exp(a·t) of the linear system dx/dt = a·x + b and its response to the
/// constant b, ∫₀ᵗ exp(a·s) ds.
///
/// Both are Taylor series of a·t/2ˢ, whose norm is at most ½, doubled s times: exp(2x) = exp(x)², and
/// the response grows by exp(x) times itself. The error is some units in the last place per doubling.
///
/// Source: Moler & Van Loan (2003), *Nineteen dubious ways to compute the exponential of a matrix*,
/// SIAM Review 45, 3–49.
pub fn propagators<const N: usize>(a: [[f64; N]; N], t: f64) -> ([[f64; N]; N], [[f64; N]; N]) {
    let norm = a
        .iter()
        .map(|row| row.iter().map(|entry| (entry * t).abs()).sum());
    let norm: f64 = norm.fold(0.0, f64::max);
    if !norm.is_finite() {
        return ([[f64::NAN; N]; N], [[f64::NAN; N]; N]);
    }
    let mut doublings = 0;
    while norm / 2.0_f64.powi(doublings) > 0.5 && doublings < 1000 {
        doublings += 1;
    }
    let t = t / 2.0_f64.powi(doublings);
    // response = t·(1 + x/2! + x²/3! + …), and exp(x) − 1 = a·response.
    let x = a.map(|row| row.map(|entry| entry * t));
    let mut response = identity();
    for k in (2..=TERMS).rev() {
        response = product(&x, &response).map(|row| row.map(|entry| entry / f64::from(k)));
        add_identity(&mut response);
    }
    let mut response = response.map(|row| row.map(|entry| entry * t));
    let mut change = product(&a, &response);
    for _ in 0..doublings {
        // exp(2x) − 1 = (exp(x) − 1)·(exp(x) − 1) + 2·(exp(x) − 1): small changes keep their digits.
        let more = product(&change, &response);
        let square = product(&change, &change);
        for row in 0..N {
            for column in 0..N {
                response[row][column] = 2.0 * response[row][column] + more[row][column];
                change[row][column] = 2.0 * change[row][column] + square[row][column];
            }
        }
    }
    add_identity(&mut change);
    (change, response)
}

/// Terms of the series: ½ to this power, over its factorial, is below 10⁻¹⁷.
const TERMS: u32 = 15;

fn identity<const N: usize>() -> [[f64; N]; N] {
    let mut one = [[0.0; N]; N];
    add_identity(&mut one);
    one
}

fn add_identity<const N: usize>(matrix: &mut [[f64; N]; N]) {
    for (index, row) in matrix.iter_mut().enumerate() {
        row[index] += 1.0;
    }
}

fn product<const N: usize>(a: &[[f64; N]; N], b: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut product = [[0.0; N]; N];
    for (row, a) in product.iter_mut().zip(a) {
        for (factor, b) in a.iter().zip(b) {
            for (entry, b) in row.iter_mut().zip(b) {
                *entry += factor * b;
            }
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: f64, expected: f64) {
        let error = (found - expected).abs();
        // What has decayed has the errors of 1 still.
        assert!(
            error <= 1e-14 * expected.abs() + 1e-16,
            "{found} instead of {expected}"
        );
    }

    #[test]
    fn a_membrane_under_a_decaying_current() {
        // dv/dt = −v/tau + i/c, di/dt = −i/tau_syn.
        for (tau, tau_syn, dt) in [(10.0, 2.0, 0.1), (10.0, 9.9999, 1.0), (0.3, 20.0, 5.0)] {
            let (left, response) =
                propagators([[-1.0 / tau, 1.0 / 250.0], [0.0, -1.0 / tau_syn]], dt);
            let decay = |tau: f64| (-dt / tau).exp();
            let difference = 1.0 / tau_syn - 1.0 / tau;
            let driven: f64 = decay(tau) * -(-dt * difference).exp_m1() / difference / 250.0;
            assert_close(left[0][0], decay(tau));
            assert!(
                (left[0][1] - driven).abs() < 1e-12 * driven + 1e-18,
                "{} {driven}",
                left[0][1]
            );
            assert_close(left[1][1], decay(tau_syn));
            assert_eq!(left[1][0], 0.0);
            assert_close(response[0][0], -(-dt / tau).exp_m1() * tau);
        }
    }

    #[test]
    fn an_alpha_current_has_a_double_eigenvalue() {
        let (left, _) = propagators([[-0.5, 1.0], [0.0, -0.5]], 2.0);
        assert_close(left[0][1], 2.0 * (-1.0_f64).exp());
    }

    #[test]
    fn a_rotation_is_a_rotation() {
        let (turned, _) = propagators([[0.0, -1.0], [1.0, 0.0]], 100.0);
        assert!((turned[0][0] - 100.0_f64.cos()).abs() < 1e-12);
        assert!((turned[1][0] - 100.0_f64.sin()).abs() < 1e-12);
    }

    #[test]
    fn fast_decay_ends_at_zero_and_numbers_that_are_not_finite_are_kept() {
        let (left, response) = propagators([[-1e6]], 1.0);
        assert_eq!(left[0][0], 0.0);
        assert_close(response[0][0], 1e-6);
        assert!(propagators([[f64::INFINITY]], 1.0).0[0][0].is_nan());
    }
}
