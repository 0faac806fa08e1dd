//! The search for numbers that are not finite, and folds in lanes.

use super::real::Real;

/// Lanes of a loop over a block: four vectors of `f32`.
const LANES: usize = 32;

/// Returns `true` if a value is infinite or not a number.
#[inline(always)]
pub(in crate::proc) fn are_any_infinite<T: Real>(values: &[T]) -> bool {
    // A sum is finite only if all values are; where it is not, it may have overflowed.
    let sums = lanes(values, |sum, value| sum + value);
    let is_infinite = |value: T| !value.double().is_finite();
    are_any(&sums, is_infinite) && values.iter().any(|value| is_infinite(*value))
}

/// Folds the values in lanes, each from zero on, so that a fold of floating-point numbers, whose
/// order the compiler keeps, is vectorised.
#[inline(always)]
pub(in crate::proc) fn lanes<T: Real>(values: &[T], fold: impl Fn(T, T) -> T) -> [T; LANES] {
    let mut lanes = [T::ZERO; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = fold(*lane, *value);
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane = fold(*lane, *value);
    }
    lanes
}

#[inline(always)]
pub(in crate::proc) fn are_any<T: Real>(lanes: &[T; LANES], is: impl Fn(T) -> bool) -> bool {
    lanes.iter().fold(false, |any, lane| any | is(*lane))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_finite_is_found_wherever_it_is() {
        for len in [1, 31, 32, 33, 256] {
            let good = vec![f32::MAX; len];
            assert!(!are_any_infinite(&good));
            for neuron in 0..len {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let mut values = good.clone();
                    values[neuron] = bad;
                    assert!(are_any_infinite(&values), "{bad} at {neuron} of {len}");
                }
            }
        }
    }
}
