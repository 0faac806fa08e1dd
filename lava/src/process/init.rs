//! Initial values: what a builder and [`Var::set`](crate::Var::set) accept, and what they check.

use std::ops::{Range, RangeBounds};
use std::panic::Location;

use ndarray::{ArcArray, ArrayBase, ArrayViewD, Data, Dimension, IxDyn};

use super::error::VarError;
use super::payload::Element;
use super::shape::Dims;

/// A value for a Var as the user gave it: not yet broadcast, shared rather than copied, and
/// knowing where it was written.
#[derive(Clone, Debug)]
pub struct Init<T> {
    values: ArcArray<T, IxDyn>,
    origin: &'static Location<'static>,
}

impl<T> Init<T> {
    /// Takes a value, remembering the caller's place for error messages.
    #[track_caller]
    pub fn new(value: impl IntoInit<T>) -> Init<T> {
        Init {
            values: value.into_init(),
            origin: Location::caller(),
        }
    }

    /// The shape as given, before broadcasting.
    pub fn shape(&self) -> &[usize] {
        self.values.shape()
    }
}

impl<T: Element> Init<T> {
    /// The values as given, before broadcasting.
    pub fn values(&self) -> &ArcArray<T, IxDyn> {
        &self.values
    }

    /// The single value, where only one was given.
    pub fn uniform(&self) -> Option<T> {
        (self.values.len() == 1).then(|| self.values.first().copied().unwrap_or_default())
    }

    /// The values broadcast to `dims`, without a copy. `None` where they do not broadcast.
    pub(crate) fn broadcast<'a>(&'a self, dims: &'a Dims) -> Option<ArrayViewD<'a, T>> {
        if dims.rank() == 0 && self.values.len() == 1 {
            return self.values.view().into_shape_with_order(IxDyn(&[])).ok();
        }
        self.values.broadcast(dims.as_slice())
    }

    /// The values broadcast to `dims`, sharing memory where the shape already fits.
    pub(crate) fn to_shared(&self, dims: &Dims) -> ArcArray<T, IxDyn> {
        if self.values.shape() == dims.as_slice() {
            return self.values.clone();
        }
        let view = self
            .broadcast(dims)
            .expect("checked when the value was taken");
        view.to_owned().into_shared()
    }

    /// The value of some elements of a Var of extents `dims`, whose own extents are `piece`.
    pub(crate) fn piece(&self, dims: &Dims, elements: &Range<usize>, piece: &Dims) -> Init<T> {
        if self.values.len() == 1 || elements.len() == dims.len() {
            return self.clone();
        }
        let all = self.to_shared(dims);
        let values = match all.as_slice() {
            Some(all) => all[elements.clone()].to_vec(),
            None => {
                let from = all.iter().skip(elements.start);
                from.take(elements.len()).copied().collect()
            }
        };
        let values = ndarray::ArrayD::from_shape_vec(IxDyn(piece.as_slice()), values)
            .expect("a piece has as many elements as its extents say");
        Init {
            values: values.into_shared(),
            origin: self.origin,
        }
    }

    pub(crate) fn check(&self, dims: &Dims, valid: &Valid<T>) -> Result<(), VarError> {
        if self.broadcast(dims).is_none() {
            return Err(VarError::Shape {
                given: self.shape().into(),
                expected: dims.clone(),
                origin: self.origin,
            });
        }
        // In memory order, whatever the layout: a strided walk over a matrix is slow.
        let offending = match self.values.as_slice_memory_order() {
            Some(values) => valid.offending(values),
            None => valid.offending(&self.values.iter().copied().collect::<Vec<_>>()),
        };
        match offending {
            None => Ok(()),
            Some(value) => Err(VarError::Value {
                value: format!("{value:?}"),
                rule: valid.rule.clone(),
                origin: self.origin,
            }),
        }
    }
}

/// What can be given as the value of a Var of elements `T`: a number, a nested array literal, a
/// `Vec`, or an ndarray array of any rank, owned or borrowed. It is broadcast to the Var's shape
/// by ndarray's rules.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a Var of `{T}`",
    label = "expected one `{T}` or an array of them",
    note = "a single number fills the whole Var; arrays are broadcast by ndarray's rules",
    note = "a float is written with a point: `1.0`, not `1`"
)]
pub trait IntoInit<T> {
    /// The values in shared form.
    fn into_init(self) -> ArcArray<T, IxDyn>;
}

#[diagnostic::do_not_recommend]
impl<T: Element> IntoInit<T> for Vec<T> {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        ndarray::Array1::from(self).into_dyn().into_shared()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> IntoInit<T> for &[T] {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        self.to_vec().into_init()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, const N: usize> IntoInit<T> for [T; N] {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        ndarray::arr1(&self).into_dyn().into_shared()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, const N: usize, const M: usize> IntoInit<T> for [[T; M]; N] {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        ndarray::arr2(&self).into_dyn().into_shared()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, D: Dimension> IntoInit<T> for ndarray::Array<T, D> {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        self.into_dyn().into_shared()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, D: Dimension> IntoInit<T> for ArcArray<T, D> {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        self.into_dyn()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S: Data<Elem = T>, D: Dimension> IntoInit<T> for &ArrayBase<S, D> {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        self.to_owned().into_dyn().into_shared()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> IntoInit<T> for Init<T> {
    fn into_init(self) -> ArcArray<T, IxDyn> {
        self.values
    }
}

/// Which values a Var accepts: `#[var(range = …)]` and `#[var(finite)]`.
///
/// NaN is in no range, so a range keeps it out as well.
pub struct Valid<T> {
    /// The first value that is not accepted.
    offending: Box<dyn Fn(&[T]) -> Option<T> + Send + Sync>,
    rule: String,
}

impl<T> Valid<T> {
    /// Any value at all, NaN included.
    pub fn any() -> Valid<T> {
        Valid {
            offending: Box::new(|_| None),
            rule: "any value".to_owned(),
        }
    }
}

impl<T: Element> Valid<T> {
    /// Neither NaN nor infinite.
    pub fn finite() -> Valid<T> {
        Valid {
            offending: Box::new(|values| first_not(values, T::is_finite)),
            rule: "a finite number".to_owned(),
        }
    }

    /// Within `range`.
    pub fn range(range: impl ValidRange<T>) -> Self {
        Valid {
            rule: words(&range),
            offending: Box::new(move |values| first_not(values, |value| range.contains(&value))),
        }
    }

    fn offending(&self, values: &[T]) -> Option<T> {
        (self.offending)(values)
    }
}

/// A range of values `T`: what `#[var(range = …)]` accepts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a range of `{T}`",
    label = "expected a range of `{T}`",
    note = "write its ends as the Var's values are written: `0.0..=1.0` for floats, `0..=63` for integers"
)]
pub trait ValidRange<T>: RangeBounds<T> + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T, R: RangeBounds<T> + Send + Sync + 'static> ValidRange<T> for R {}

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
