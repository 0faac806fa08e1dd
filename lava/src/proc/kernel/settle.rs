//! Numbers that have decayed to almost nothing.

use super::real::Real;

/// A number that decays, and would make every operation on it slow once it is no normal one.
pub(in crate::proc) trait Settle: Sized {
    /// Makes 0 of what has decayed to almost nothing.
    fn settle(state: &mut [Self]);
}

impl<T: Real> Settle for T {
    #[inline(always)]
    fn settle(state: &mut [T]) {
        state.iter_mut().for_each(|value| *value = value.settled());
    }
}

/// Integers decay to 0 by themselves.
impl Settle for i32 {
    #[inline(always)]
    fn settle(_: &mut [i32]) {}
}

/// Whether state is settled in this step. In every step that would take measurable time; some slow
/// ones in between do not.
#[inline(always)]
pub(in crate::proc) fn settles(step: u64) -> bool {
    step.is_multiple_of(64)
}
