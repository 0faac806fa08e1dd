//! Flushing of subnormal state to zero, and state that is zero.

use super::real::{self, Real};

/// Number type of decaying state. Arithmetic on subnormal numbers, which decay ends in, is slow.
pub(in crate::proc) trait Settle: Sized {
    /// Sets subnormal numbers to 0.
    fn settle(state: &mut [Self]);

    /// Returns `true` if all numbers are 0, and none is −0.
    fn are_zero(state: &[Self]) -> bool;
}

impl<T: Real> Settle for T {
    #[inline(always)]
    fn settle(state: &mut [T]) {
        state.iter_mut().for_each(|value| *value = value.settled());
    }

    #[inline(always)]
    fn are_zero(state: &[T]) -> bool {
        real::are_zero(state)
    }
}

/// Integers have no subnormal numbers.
impl Settle for i32 {
    #[inline(always)]
    fn settle(_: &mut [i32]) {}

    #[inline(always)]
    fn are_zero(state: &[i32]) -> bool {
        state.iter().fold(0, |all, value| all | value) == 0
    }
}

/// Returns `true` if state is settled in this step: every 64th, since settling in every step costs
/// more than the slow steps in between.
#[inline(always)]
pub(in crate::proc) fn settles(step: u64) -> bool {
    step.is_multiple_of(64)
}
