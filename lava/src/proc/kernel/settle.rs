//! Flushing of subnormal state to zero.

use super::real::Real;

/// Number type of decaying state. Arithmetic on subnormal numbers, which decay ends in, is slow.
pub(in crate::proc) trait Settle: Sized {
    /// Sets subnormal numbers to 0.
    fn settle(state: &mut [Self]);
}

impl<T: Real> Settle for T {
    #[inline(always)]
    fn settle(state: &mut [T]) {
        state.iter_mut().for_each(|value| *value = value.settled());
    }
}

/// Integers have no subnormal numbers.
impl Settle for i32 {
    #[inline(always)]
    fn settle(_: &mut [i32]) {}
}

/// Returns `true` if state is settled in this step: every 64th, since settling in every step costs
/// more than the slow steps in between.
#[inline(always)]
pub(in crate::proc) fn settles(step: u64) -> bool {
    step.is_multiple_of(64)
}
