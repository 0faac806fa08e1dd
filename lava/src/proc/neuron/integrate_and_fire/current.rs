//! Input currents.

use crate::model::BLOCK;
use crate::proc::kernel::real::Real;

/// Returns `constant` plus the effect of the input currents, if there are any: `response` times each
/// of them. It is kept in `sum`, so that the loop over the neurons is the same with and without them.
#[inline(always)]
pub(super) fn add_currents<'a, T: Real>(
    constant: &'a [T],
    response: impl Fn(usize) -> T,
    currents: Option<&[T]>,
    sum: &'a mut [T; BLOCK],
) -> &'a [T] {
    let Some(currents) = currents else {
        return constant;
    };
    let len = constant.len();
    let sum = &mut sum[..len];
    let currents = &currents[..len];
    for i in 0..len {
        sum[i] = constant[i] + currents[i] * response(i);
    }
    sum
}
