//! Shapes: given when the network is built ([`Dyn`]) or written in the type ([`D1`] … [`D4`]).

use std::fmt;

use ndarray::{Array1, Array2, Array3, Array4, ArrayD, Ix1, Ix2, Ix3, Ix4};

use super::element::Element;
use super::sealed::Sealed;

/// The extents of a port, a Var or a population, outermost axis first; elements are numbered in
/// row-major order.
///
/// ```
/// use lava::process::Dims;
/// let dims = Dims::from([3, 4]);
/// assert_eq!(dims.len(), 12);
/// assert_eq!(dims.to_string(), "[3, 4]");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Dims(Box<[usize]>);

impl Dims {
    /// The number of elements: the product of the extents, 1 for rank 0. Saturates at `usize::MAX`.
    #[inline]
    pub fn len(&self) -> usize {
        self.0
            .iter()
            .fold(1, |len: usize, extent| len.saturating_mul(*extent))
    }

    /// Returns `true` if there are no elements.
    pub fn is_empty(&self) -> bool {
        self.0.contains(&0)
    }

    /// The extents.
    pub fn as_slice(&self) -> &[usize] {
        &self.0
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter()).finish()
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> From<[usize; N]> for Dims {
    fn from(extents: [usize; N]) -> Dims {
        Dims(Box::new(extents))
    }
}

impl From<&[usize]> for Dims {
    fn from(extents: &[usize]) -> Dims {
        Dims(extents.into())
    }
}

impl From<&Dims> for Dims {
    fn from(dims: &Dims) -> Dims {
        dims.clone()
    }
}

impl From<Vec<usize>> for Dims {
    fn from(extents: Vec<usize>) -> Dims {
        Dims(extents.into())
    }
}

/// The shape of a port or a population, as far as the type knows it.
///
/// [`Dyn`] leaves it open until the network is built. [`D1`] … [`D4`] spell it out, so that a
/// connection of two different shapes does not compile. Sealed.
pub trait Shape: AnyShape {}

/// The shape of a Var: a [`Shape`], or [`Scalar`]. Sealed.
pub trait AnyShape: Sealed + Clone + Send + Sync + 'static {
    /// The extents, if the type knows them.
    const DIMS: Option<&'static [usize]>;
    /// The result of `Var::get`.
    type Array<T: Element>;
    /// Converts an array of this shape into its static type.
    ///
    /// # Panics
    /// If the array has another rank.
    fn array<T: Element>(values: ArrayD<T>) -> Self::Array<T>;
}

/// A shape that is given when the network is built. The default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dyn {}

/// A single value. `#[var(scalar)]` gives a Var this shape; its `get` returns the number itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {}

/// One axis of `N` elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct D1<const N: usize>;

/// Two axes, `A` × `B` elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct D2<const A: usize, const B: usize>;

/// Three axes, `A` × `B` × `C` elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct D3<const A: usize, const B: usize, const C: usize>;

/// Four axes, `A` × `B` × `C` × `D` elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct D4<const A: usize, const B: usize, const C: usize, const D: usize>;

impl Sealed for Dyn {}

impl Shape for Dyn {}

impl AnyShape for Dyn {
    const DIMS: Option<&'static [usize]> = None;
    type Array<T: Element> = ArrayD<T>;
    fn array<T: Element>(values: ArrayD<T>) -> ArrayD<T> {
        values
    }
}

impl Sealed for Scalar {}

impl AnyShape for Scalar {
    const DIMS: Option<&'static [usize]> = Some(&[]);
    type Array<T: Element> = T;
    fn array<T: Element>(values: ArrayD<T>) -> T {
        values.first().copied().unwrap_or_default()
    }
}

const RANK: &str = "an array of a literal shape has the rank that its type says";

impl<const N: usize> Sealed for D1<N> {}

impl<const N: usize> Shape for D1<N> {}

impl<const N: usize> AnyShape for D1<N> {
    const DIMS: Option<&'static [usize]> = Some(&[N]);
    type Array<T: Element> = Array1<T>;
    fn array<T: Element>(values: ArrayD<T>) -> Array1<T> {
        values.into_dimensionality::<Ix1>().expect(RANK)
    }
}

impl<const A: usize, const B: usize> Sealed for D2<A, B> {}

impl<const A: usize, const B: usize> Shape for D2<A, B> {}

impl<const A: usize, const B: usize> AnyShape for D2<A, B> {
    const DIMS: Option<&'static [usize]> = Some(&[A, B]);
    type Array<T: Element> = Array2<T>;
    fn array<T: Element>(values: ArrayD<T>) -> Array2<T> {
        values.into_dimensionality::<Ix2>().expect(RANK)
    }
}

impl<const A: usize, const B: usize, const C: usize> Sealed for D3<A, B, C> {}

impl<const A: usize, const B: usize, const C: usize> Shape for D3<A, B, C> {}

impl<const A: usize, const B: usize, const C: usize> AnyShape for D3<A, B, C> {
    const DIMS: Option<&'static [usize]> = Some(&[A, B, C]);
    type Array<T: Element> = Array3<T>;
    fn array<T: Element>(values: ArrayD<T>) -> Array3<T> {
        values.into_dimensionality::<Ix3>().expect(RANK)
    }
}

impl<const A: usize, const B: usize, const C: usize, const D: usize> Sealed for D4<A, B, C, D> {}

impl<const A: usize, const B: usize, const C: usize, const D: usize> Shape for D4<A, B, C, D> {}

impl<const A: usize, const B: usize, const C: usize, const D: usize> AnyShape for D4<A, B, C, D> {
    const DIMS: Option<&'static [usize]> = Some(&[A, B, C, D]);
    type Array<T: Element> = Array4<T>;
    fn array<T: Element>(values: ArrayD<T>) -> Array4<T> {
        values.into_dimensionality::<Ix4>().expect(RANK)
    }
}

/// The shape of an in-port that an out-port of shape `S` can drive, as far as the types know. Sealed.
#[diagnostic::on_unimplemented(
    message = "shapes differ: an output of shape `{S}` cannot drive an input of shape `{Self}` [E3202]",
    label = "this input has shape `{Self}`, the output `{S}`",
    note = "make the shapes equal, reshape the output, `source.s_out.reshape([…]).connect(…)`, or declare one side `Dyn`"
)]
pub trait AcceptsShape<S>: Sealed {}

impl<S: Shape> AcceptsShape<S> for Dyn {}
#[diagnostic::do_not_recommend]
impl AcceptsShape<Dyn> for Scalar {}
#[diagnostic::do_not_recommend]
impl<const N: usize> AcceptsShape<D1<N>> for D1<N> {}
#[diagnostic::do_not_recommend]
impl<const N: usize> AcceptsShape<Dyn> for D1<N> {}
#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize> AcceptsShape<D2<A, B>> for D2<A, B> {}
#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize> AcceptsShape<Dyn> for D2<A, B> {}
#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize, const C: usize> AcceptsShape<D3<A, B, C>> for D3<A, B, C> {}
#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize, const C: usize> AcceptsShape<Dyn> for D3<A, B, C> {}
#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize, const C: usize, const D: usize> AcceptsShape<D4<A, B, C, D>>
    for D4<A, B, C, D>
{
}
#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize, const C: usize, const D: usize> AcceptsShape<Dyn>
    for D4<A, B, C, D>
{
}

/// The extents of a population whose shape type is `S`: the argument of a builder's `shape` and of
/// `#[port(shape = …)]`.
///
/// For [`Dyn`]: `3`, `[3]`, `[3, 4]`, a `Vec`, a slice or [`Dims`]; for a shape that the type knows:
/// `D1::<100>`, `D2::<3, 4>`, ….
///
/// ```
/// use lava::process::{D2, Dims, Dyn, IntoShape};
///
/// let extents: Dims = IntoShape::<Dyn>::into_dims([3, 4]);
/// assert_eq!(extents, D2::<3, 4>.into_dims());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not describe a shape of type `{S}` [E3202]",
    label = "not a `{S}`",
    note = "write the extents as whole numbers, `[3]` or `[3, 4]`; a type with a literal shape, `P<D1<3>>`, is built with it, `D1::<3>`"
)]
pub trait IntoShape<S> {
    /// The extents.
    fn into_dims(self) -> Dims;
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoShape<Dyn> for [usize; N] {
    fn into_dims(self) -> Dims {
        self.into()
    }
}

/// The extents of a shape in an attribute of `#[process]`, where parameters are references.
#[diagnostic::do_not_recommend]
impl<const N: usize> IntoShape<Dyn> for [&usize; N] {
    fn into_dims(self) -> Dims {
        self.map(|extent| *extent).into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoShape<Dyn> for &usize {
    fn into_dims(self) -> Dims {
        [*self].into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoShape<Dyn> for usize {
    fn into_dims(self) -> Dims {
        [self].into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoShape<Dyn> for Vec<usize> {
    fn into_dims(self) -> Dims {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoShape<Dyn> for &[usize] {
    fn into_dims(self) -> Dims {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoShape<Dyn> for &Dims {
    fn into_dims(self) -> Dims {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoShape<D1<N>> for D1<N> {
    fn into_dims(self) -> Dims {
        [N].into()
    }
}

#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize> IntoShape<D2<A, B>> for D2<A, B> {
    fn into_dims(self) -> Dims {
        [A, B].into()
    }
}

#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize, const C: usize> IntoShape<D3<A, B, C>> for D3<A, B, C> {
    fn into_dims(self) -> Dims {
        [A, B, C].into()
    }
}

#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize, const C: usize, const D: usize> IntoShape<D4<A, B, C, D>>
    for D4<A, B, C, D>
{
    fn into_dims(self) -> Dims {
        [A, B, C, D].into()
    }
}
