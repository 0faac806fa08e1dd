//! Elementary functions of the loops over neurons, without branches, so that they are vectorised.
//! Errors are in units in the last place, as the tests measure them.

use std::hint::select_unpredictable;

use super::real::Real;

/// exp(x), to two units in the last place.
#[inline(always)]
pub fn exp<T: Real>(x: T) -> T {
    x.vector_exp()
}

/// exp(x) − 1, to three units in the last place, also near 0.
#[inline(always)]
pub fn expm1<T: Real>(x: T) -> T {
    x.vector_expm1()
}

/// (exp(x) − 1)/x, to four units in the last place; 1 at 0.
#[inline(always)]
pub fn exprel<T: Real>(x: T) -> T {
    select_unpredictable(x == T::ZERO, T::one(), x.vector_expm1() / x)
}

/// The natural logarithm; a call for each number.
#[inline(always)]
pub fn log<T: Real>(x: T) -> T {
    x.ln()
}

/// The square root, correctly rounded.
#[inline(always)]
pub fn sqrt<T: Real>(x: T) -> T {
    x.sqrt()
}

/// The magnitude.
#[inline(always)]
pub fn abs<T: Real>(x: T) -> T {
    x.abs()
}

/// The sine; a call for each number.
#[inline(always)]
pub fn sin<T: Real>(x: T) -> T {
    x.sin()
}

/// The cosine; a call for each number.
#[inline(always)]
pub fn cos<T: Real>(x: T) -> T {
    x.cos()
}

/// The hyperbolic tangent, to five units in the last place.
#[inline(always)]
pub fn tanh<T: Real>(x: T) -> T {
    // Beyond it the value is 1 to the last place, and exp(2x) is still finite.
    let limit = T::of(20.0);
    let twice = clip(x, -limit, limit) * T::of(2.0);
    let change = twice.vector_expm1();
    change / (change + T::of(2.0))
}

/// The hyperbolic cosine, to three units in the last place.
#[inline(always)]
pub fn cosh<T: Real>(x: T) -> T {
    let growing = x.abs().vector_exp();
    T::of(0.5) * (growing + T::one() / growing)
}

/// The hyperbolic sine, to five units in the last place.
#[inline(always)]
pub fn sinh<T: Real>(x: T) -> T {
    let change = x.abs().vector_expm1();
    let magnitude = T::of(0.5) * (change + change / (change + T::one()));
    select_unpredictable(x < T::ZERO, -magnitude, magnitude)
}

/// The lesser of two numbers; the first if one is none.
#[inline(always)]
pub fn min<T: Real>(a: T, b: T) -> T {
    select_unpredictable(b < a, b, a)
}

/// The greater of two numbers; the first if one is none.
#[inline(always)]
pub fn max<T: Real>(a: T, b: T) -> T {
    select_unpredictable(b > a, b, a)
}

/// The number of an interval that is nearest to `x`.
#[inline(always)]
pub fn clip<T: Real>(x: T, low: T, high: T) -> T {
    min(max(x, low), high)
}

/// The number, or 0 if it is subnormal.
#[inline(always)]
pub fn settled<T: Real>(x: T) -> T {
    x.settled()
}

/// Functions for coefficients, in double precision, as exact as the system's.
pub mod precise {
    /// (exp(x) − 1)/x; 1 at 0.
    pub fn exprel(x: f64) -> f64 {
        match x == 0.0 {
            true => 1.0,
            false => x.exp_m1() / x,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of a function of `f64` and `f32`, in units in the last place.
    fn errors(
        points: impl Iterator<Item = f64>,
        exact: impl Fn(f64) -> f64,
        double: impl Fn(f64) -> f64,
        single: impl Fn(f32) -> f32,
    ) -> (f64, f64) {
        let (mut most_double, mut most_single) = (0.0_f64, 0.0_f64);
        for x in points {
            let error = (double(x) / exact(x) - 1.0).abs() / f64::EPSILON;
            most_double = most_double.max(error);
            let x = x as f32;
            let error = f64::from(single(x)) / exact(f64::from(x)) - 1.0;
            most_single = most_single.max(error.abs() / f64::from(f32::EPSILON));
        }
        (most_double, most_single)
    }

    /// Points on both sides of 0, close to it and far.
    fn points(range: f64) -> impl Iterator<Item = f64> {
        let near = (1..4000).map(|n| 10.0_f64.powf(-12.0 + f64::from(n) * 0.003));
        let far = (1..4000).map(move |n| range * f64::from(n) / 4000.0);
        near.chain(far)
            .flat_map(|x| [x, -x])
            .filter(move |x| x.abs() < range)
    }

    #[test]
    fn errors_are_at_most_as_stated() {
        type Row = (fn(f64) -> f64, fn(f64) -> f64, fn(f32) -> f32, f64, f64);
        let rows: [(&str, Row); 5] = [
            ("expm1", (f64::exp_m1, expm1, expm1, 80.0, 3.0)),
            ("exprel", (precise::exprel, exprel, exprel, 80.0, 4.0)),
            ("tanh", (f64::tanh, tanh, tanh, 30.0, 5.0)),
            ("cosh", (f64::cosh, cosh, cosh, 80.0, 3.0)),
            ("sinh", (f64::sinh, sinh, sinh, 80.0, 5.0)),
        ];
        for (name, (exact, double, single, range, bound)) in rows {
            let (in_double, in_single) = errors(points(range), exact, double, single);
            assert!(in_double <= bound, "{name} of f64: {in_double}");
            assert!(in_single <= bound, "{name} of f32: {in_single}");
        }
    }

    #[test]
    fn zero_and_numbers_far_out_have_a_value() {
        assert_eq!(
            [expm1(0.0), exprel(0.0), tanh(0.0), sinh(0.0)],
            [0.0, 1.0, 0.0, 0.0]
        );
        assert_eq!([expm1(-1e9_f32), tanh(1e9), tanh(-1e9)], [-1.0, 1.0, -1.0]);
        assert!(expm1(1e9_f64).is_finite() && cosh(1e9_f32).is_finite());
        assert!(expm1(f64::NAN).is_nan() && tanh(f32::NAN).is_nan());
        assert_eq!(clip(5.0, -1.0, 1.0), 1.0);
    }
}
