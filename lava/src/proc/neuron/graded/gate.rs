//! Thresholds of graded neurons.

use crate::proc::kernel::signal::Arithmetic;

/// Returns the number if its magnitude is above the threshold, else 0.
#[inline(always)]
pub(super) fn above(v: i32, vth: i32) -> i32 {
    if v.magnitude() > vth { v } else { 0 }
}

/// Returns the number if it is above the threshold, else 0.
#[inline(always)]
pub(super) fn positive_above(v: i32, vth: i32) -> i32 {
    if v > vth { v } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_itself_is_not_sent() {
        assert_eq!([5, -5, 6, -6].map(|v| above(v, 5)), [0, 0, 6, -6]);
        assert_eq!([5, -5, 6, -6].map(|v| positive_above(v, 5)), [0, 0, 6, 0]);
    }

    #[test]
    fn the_lowest_number_has_no_magnitude() {
        assert_eq!(above(i32::MIN, 0), 0);
        assert_eq!(above(i32::MIN + 1, 0), i32::MIN + 1);
    }
}
