//! Input currents.

use crate::model::BLOCK;
use crate::proc::kernel::real::Real;

/// Returns `constant` plus the effect of the input currents, if there are any: each comes with what a
/// current of 1 does. It is kept in `sum`, so that the loop over the neurons is the same with and
/// without them.
#[inline(always)]
pub(super) fn add_currents<'a, T: Real, R: Copy>(
    constant: &'a [T],
    currents: Option<(&[T], &[R])>,
    response: impl Fn(R) -> T,
    sum: &'a mut [T; BLOCK],
) -> &'a [T] {
    let Some((currents, responses)) = currents else {
        return constant;
    };
    let len = constant.len();
    let sum = &mut sum[..len];
    let (currents, responses) = (&currents[..len], &responses[..len]);
    for i in 0..len {
        sum[i] = constant[i] + currents[i] * response(responses[i]);
    }
    sum
}
