//! Data that are not finite.

use ndarray::{ArrayBase, Data, Dimension};

use crate::process::Element;

/// Fails if a value is infinite or not a number, unless the process accepts such values. `name` says
/// what the values are.
///
/// # Errors
/// The first value that is not finite, with its index.
pub(super) fn check_finite<T, S, D>(
    name: &str,
    values: &ArrayBase<S, D>,
    accepts_others: bool,
) -> crate::Result<()>
where
    T: Element,
    S: Data<Elem = T>,
    D: Dimension,
{
    let all = match values.as_slice_memory_order() {
        Some(values) => are_finite(values),
        None => values.iter().all(|value| value.is_finite()),
    };
    if all || accepts_others {
        return Ok(());
    }
    let values = values.view().into_dyn();
    let found = values.indexed_iter().find(|(_, value)| !value.is_finite());
    let (index, value) = found.expect("there is one that is not finite");
    Err(refused(
        &format!("{name}{:?}", index.as_array_view().to_vec()),
        *value,
    ))
}

/// [`check_finite`] of a row in row-major order.
///
/// # Errors
/// As [`check_finite`].
#[inline]
pub(super) fn check_row<T: Element>(
    name: &str,
    row: &[T],
    accepts_others: bool,
) -> crate::Result<()> {
    if are_finite(row) || accepts_others {
        return Ok(());
    }
    let found = row.iter().position(|value| !value.is_finite());
    let element = found.unwrap_or_default();
    Err(refused(
        &format!("element {element} of {name}"),
        row[element],
    ))
}

/// Returns `true` if all values are finite. The loop has no branch.
fn are_finite<T: Element>(values: &[T]) -> bool {
    values
        .iter()
        .fold(true, |all, value| all & value.is_finite())
}

fn refused<T: Element>(place: &str, value: T) -> crate::Error {
    crate::Error::model(format!(
        "{place} is {value:?}; give finite numbers, or accept others by `.non_finite(true)`"
    ))
}
