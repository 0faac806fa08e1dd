//! Constraints: the values that a Var accepts.

use std::ops::RangeBounds;

use super::element::Element;

/// Which values a Var accepts: `#[var(range = …)]` and `#[var(finite)]`.
///
/// NaN is in no range, so a range keeps it out as well.
pub struct Constraint<T> {
    /// The first value that is not accepted.
    offending: Box<dyn Fn(&[T]) -> Option<T> + Send + Sync>,
    rule: String,
}

impl<T> Constraint<T> {
    /// Any value at all, NaN included.
    pub fn any() -> Constraint<T> {
        Constraint {
            offending: Box::new(|_| None),
            rule: "any value".to_owned(),
        }
    }
}

impl<T: Element> Constraint<T> {
    /// Neither NaN nor infinite.
    pub fn finite() -> Constraint<T> {
        Constraint {
            offending: Box::new(|values| first_not(values, T::is_finite)),
            rule: "a finite number".to_owned(),
        }
    }

    /// Export `range`.
    pub fn range(range: impl ConstraintRange<T>) -> Self {
        Constraint {
            rule: words(&range),
            offending: Box::new(move |values| first_not(values, |value| range.contains(&value))),
        }
    }

    /// The first value that is not accepted.
    pub fn offending(&self, values: &[T]) -> Option<T> {
        (self.offending)(values)
    }

    /// The rule in words.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

/// A range of values `T`: what `#[var(range = …)]` accepts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a range of `{T}`",
    label = "expected a range of `{T}`",
    note = "write its ends as the Var's values are written: `0.0..=1.0` for floats, `0..=63` for integers"
)]
pub trait ConstraintRange<T>: RangeBounds<T> + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T, R: RangeBounds<T> + Send + Sync + 'static> ConstraintRange<T> for R {}

/// A range as an error message says it.
fn words<T: Element>(range: &impl RangeBounds<T>) -> String {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let from = match range.start_bound() {
        Included(from) => format!("{from:?} ≤ "),
        Excluded(from) => format!("{from:?} < "),
        Unbounded => String::new(),
    };
    let to = match range.end_bound() {
        Included(to) => format!(" ≤ {to:?}"),
        Excluded(to) => format!(" < {to:?}"),
        Unbounded => String::new(),
    };
    format!("{from}value{to}")
}

/// The first value that `accepts` rejects; looks for it only where there is one, so that the
/// common case is a loop without a branch.
fn first_not<T: Element>(values: &[T], accepts: impl Fn(T) -> bool) -> Option<T> {
    if values.iter().fold(true, |all, value| all & accepts(*value)) {
        return None;
    }
    values.iter().copied().find(|value| !accepts(*value))
}
