//! Constraints: the values that a Var accepts.

use std::fmt;
use std::ops::RangeBounds;

use super::element::Element;

/// The values that a Var accepts: `#[var(range = …)]` and `#[var(finite)]`.
///
/// NaN is in no range, so a range excludes it as well.
///
/// ```
/// use lava::process::Constraint;
///
/// let weight = Constraint::range(0..=8);
/// assert_eq!(weight.offending(&[3, 9, 10]), Some(9));
/// assert_eq!(weight.rule(), "0 ≤ value ≤ 8");
/// ```
pub struct Constraint<T> {
    /// Finds the first value that is not accepted.
    offending: Box<dyn Fn(&[T]) -> Option<T> + Send + Sync>,
    rule: String,
}

impl<T> Constraint<T> {
    /// Accepts every value, NaN included.
    pub fn any() -> Constraint<T> {
        Constraint {
            offending: Box::new(|_| None),
            rule: "any value".to_owned(),
        }
    }
}

impl<T: Element> Constraint<T> {
    /// Accepts every value but NaN and the infinities.
    pub fn finite() -> Constraint<T> {
        Constraint {
            offending: Box::new(|values| first_not(values, T::is_finite)),
            rule: "a finite number".to_owned(),
        }
    }

    /// Accepts the values in `range`.
    pub fn range(range: impl ConstraintRange<T>) -> Self {
        Constraint {
            rule: words(&range),
            offending: Box::new(move |values| first_not(values, |value| range.contains(&value))),
        }
    }

    /// Returns the first of `values` that is not accepted, or `None` if all are.
    pub fn offending(&self, values: &[T]) -> Option<T> {
        (self.offending)(values)
    }

    /// The rule in words.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl<T> fmt::Debug for Constraint<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Constraint").field(&self.rule).finish()
    }
}

/// A range of values `T`: the argument of `#[var(range = …)]`. Implemented for every range of the
/// standard library that owns its ends.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a range of `{T}` [E3005]",
    label = "expected a range of `{T}`",
    note = "write its ends as the Var's values are written: `0.0..=1.0` for floats, `0..=63` for integers"
)]
pub trait ConstraintRange<T>: RangeBounds<T> + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T, R: RangeBounds<T> + Send + Sync + 'static> ConstraintRange<T> for R {}

/// A range, as error messages write it.
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

/// The first value that `accepts` rejects. It is searched for only if there is one, so that the
/// common case is a loop over vectors.
fn first_not<T: Element>(values: &[T], accepts: impl Fn(T) -> bool) -> Option<T> {
    let all = |values: &[T]| values.iter().fold(true, |all, value| all & accepts(*value));
    let (vectors, rest) = values.as_chunks::<16>();
    if vectors.iter().all(|vector| all(vector)) && all(rest) {
        return None;
    }
    values.iter().copied().find(|value| !accepts(*value))
}
