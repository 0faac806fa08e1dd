//! Initial values: the values that builders and `Var::set` accept, and their checks.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug};
use std::ops::Range;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use ndarray::{ArcArray, ArrayBase, ArrayD, CowArray, Data, Dimension, Ix2, IxDyn, s};

use super::checksum::Checksum;
use super::constraint::Constraint;
use super::element::Element;
use super::error::VarError;
use super::payload::Payload;
use super::persist::Persist;
use super::seed::SeedSource;
use super::shape::Dims;
use super::shard::VarSlice;

/// A value for a Var as the user gave it: not yet broadcast, shared rather than copied, with the
/// place in the source where it was written.
#[derive(Clone)]
pub struct Init<T> {
    values: Values<T>,
    /// The result of [`derived`](Init::derived).
    derived: Arc<OnceLock<Arc<dyn Any + Send + Sync>>>,
    origin: &'static Location<'static>,
}

/// The values of an [`Init`].
#[derive(Clone)]
#[non_exhaustive]
pub enum Values<T> {
    /// An array, to be broadcast.
    Array(ArcArray<T, IxDyn>),
    /// A layout of its own. An array is made from it only on demand.
    Shared(Arc<dyn SharedValues<T>>),
}

/// Values in another form than an array, for instance synapses with their weights. As an initial
/// value they are shared, not copied.
///
/// The implementation guarantees that the values are finite and in the range that the Var declares:
/// they are not checked again.
pub trait SharedValues<T>: Any + Send + Sync {
    /// The shape of the array.
    fn shape(&self) -> &[usize];
    /// The values as an array of that shape.
    fn to_array(&self) -> ArrayD<T>;
    /// Called when a process with these initial values is added to a network. Values that are drawn
    /// at random later keep the source of their seed.
    fn added(&self, seed: SeedSource) {
        let _ = seed;
    }
    /// Makes the values, if that is put off until they are needed. Before, `shape` and `to_array`
    /// may take long; after an error, they describe no values.
    ///
    /// # Errors
    /// An error if the values cannot be made.
    fn prepare(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }
    /// A number by which a snapshot knows these values again in another program: that of a description
    /// that determines them, or of all of them. The default, `None`, has the values saved.
    fn fingerprint(&self) -> Option<u64> {
        None
    }
    /// The size that the values are expected to have; makes none. The default is that of an array of
    /// this shape that is in memory already.
    fn expected_size(&self) -> ExpectedSize {
        ExpectedSize {
            values: self.shape().iter().product(),
            bytes: 0,
        }
    }
}

/// The size that the values of an [`Init`] are expected to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedSize {
    /// The number of values.
    pub values: usize,
    /// The memory that has to be allocated for them.
    pub bytes: u64,
}

impl<T> From<ArcArray<T, IxDyn>> for Values<T> {
    fn from(array: ArcArray<T, IxDyn>) -> Values<T> {
        Values::Array(array)
    }
}

impl<T: 'static> Init<T> {
    /// Takes a value, and the location of the caller for error messages.
    #[track_caller]
    pub fn new(value: impl IntoInit<T>) -> Init<T> {
        Init::at(value.into_init(), Location::caller())
    }

    fn at(values: Values<T>, origin: &'static Location<'static>) -> Init<T> {
        Init {
            values,
            derived: Arc::default(),
            origin,
        }
    }

    /// The shape as given, before broadcasting.
    pub fn shape(&self) -> &[usize] {
        match &self.values {
            Values::Array(array) => array.shape(),
            Values::Shared(layout) => layout.shape(),
        }
    }

    /// Returns the layout that was given, if it is an `L`.
    pub fn shared<L: SharedValues<T> + Clone>(&self) -> Option<L> {
        let Values::Shared(layout) = &self.values else {
            return None;
        };
        let layout: &dyn Any = layout.as_ref();
        layout.downcast_ref().cloned()
    }

    /// Gives values that are made later the source of their seed.
    pub fn added(&self, seed: SeedSource) {
        if let Values::Shared(values) = &self.values {
            values.added(seed);
        }
    }

    /// Makes values that are made only when they are needed.
    ///
    /// # Errors
    /// [`VarError::Unavailable`] if they cannot be made.
    pub fn prepare(&self) -> Result<(), VarError> {
        match &self.values {
            Values::Array(_) => Ok(()),
            Values::Shared(values) => values
                .prepare()
                .map_err(|error| VarError::Unavailable(error.into())),
        }
    }

    /// The size that the values of a Var of `len` elements are expected to have, or those of one whose
    /// length they decide; makes none. Values of an array as long as the Var are in memory already.
    pub fn expected_size(&self, len: Option<usize>) -> ExpectedSize {
        match &self.values {
            Values::Shared(values) => values.expected_size(),
            Values::Array(array) => {
                let values = len.unwrap_or(array.len());
                let is_whole = array.len() == values && values > 1;
                ExpectedSize {
                    values,
                    bytes: if is_whole {
                        0
                    } else {
                        (values * size_of::<T>()) as u64
                    },
                }
            }
        }
    }

    /// Returns `true` if both are the same values in memory.
    pub fn is_same(&self, other: &Init<T>) -> bool {
        match (&self.values, &other.values) {
            (Values::Array(own), Values::Array(other)) => {
                own.as_ptr() == other.as_ptr()
                    && own.shape() == other.shape()
                    && own.strides() == other.strides()
            }
            (Values::Shared(own), Values::Shared(other)) => Arc::ptr_eq(own, other),
            _ => false,
        }
    }

    /// Returns `true` if the shape may be known only once the values are made.
    pub fn is_deferred(&self) -> bool {
        matches!(self.values, Values::Shared(_))
    }

    /// Returns what a model derives from this value: `make` is called once, and its result is shared
    /// by all shards and clones. A call with another `D` than the first gets a result of its own.
    pub fn derived<D: Send + Sync + 'static>(&self, make: impl FnOnce() -> D) -> Arc<D> {
        let mut make = Some(make);
        let mut new = || Arc::new((make.take().expect("made once"))());
        let kept = self
            .derived
            .get_or_init(|| new() as Arc<dyn Any + Send + Sync>);
        Arc::clone(kept).downcast().unwrap_or_else(|_| new())
    }
}

impl<T: Debug + 'static> Debug for Init<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

impl<T: Debug + 'static> Debug for Values<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Values::Array(array) => array.fmt(f),
            Values::Shared(layout) => write!(f, "values of shape {:?}", layout.shape()),
        }
    }
}

impl<T: Element> Init<T> {
    /// Returns the value if a single one was given.
    pub fn uniform(&self) -> Option<T> {
        match &self.values {
            Values::Array(array) if array.len() == 1 => array.first().copied(),
            Values::Shared(layout) if layout.shape().is_empty() => {
                layout.to_array().first().copied()
            }
            Values::Array(_) | Values::Shared(_) => None,
        }
    }

    /// The number by which a snapshot knows the values again, if it can.
    pub fn fingerprint(&self) -> Option<u64> {
        let array = match &self.values {
            Values::Shared(values) => return values.fingerprint(),
            Values::Array(array) => array,
        };
        let mut checksum = Checksum::default();
        let mut bytes = Vec::new();
        array.shape().to_vec().save(&mut bytes);
        for value in array {
            value.save(&mut bytes);
            if bytes.len() >= 1 << 16 {
                checksum.add(&bytes);
                bytes.clear();
            }
        }
        checksum.add(&bytes);
        Some(checksum.value())
    }

    /// Returns the values broadcast to `dims`, without a copy if they were given as an array, or
    /// `None` if they do not broadcast.
    pub fn broadcast<'a>(&'a self, dims: &'a Dims) -> Option<CowArray<'a, T, IxDyn>> {
        match &self.values {
            Values::Array(array) if dims.rank() == 0 && array.len() == 1 => {
                let scalar = array.view().into_shape_with_order(IxDyn(&[]));
                scalar.ok().map(CowArray::from)
            }
            Values::Array(array) => array.broadcast(dims.as_slice()).map(CowArray::from),
            Values::Shared(layout) if layout.shape() == dims.as_slice() => {
                Some(CowArray::from(layout.to_array()))
            }
            Values::Shared(layout) => {
                let array = layout.to_array();
                let values = array.broadcast(dims.as_slice());
                values.map(|values| CowArray::from(values.to_owned()))
            }
        }
    }

    /// Returns the values broadcast to `dims`, sharing memory if the shapes are equal.
    ///
    /// # Panics
    /// If they do not broadcast: see [`check`](Init::check).
    pub fn to_shared(&self, dims: &Dims) -> ArcArray<T, IxDyn> {
        if let Values::Array(array) = &self.values
            && array.shape() == dims.as_slice()
        {
            return array.clone();
        }
        let values = self.broadcast(dims);
        let values = values.expect("checked when the value was taken");
        values.into_owned().into_shared()
    }

    /// Returns the values broadcast to `dims`; moves them if nobody else holds them.
    ///
    /// # Panics
    /// If they do not broadcast: see [`check`](Init::check).
    pub fn into_array(self, dims: &Dims) -> ArrayD<T> {
        match self.values {
            Values::Array(array) if array.shape() == dims.as_slice() => array.into_owned(),
            Values::Array(_) | Values::Shared(_) => self.to_shared(dims).into_owned(),
        }
    }

    /// Returns the values broadcast to one axis of `len` elements.
    ///
    /// # Panics
    /// If they do not broadcast: see [`check`](Init::check).
    pub fn to_vec(&self, len: usize) -> Vec<T> {
        self.to_shared(&Dims::from([len])).iter().copied().collect()
    }

    /// Returns the values of `slice`, a part of a Var of extents `dims`.
    ///
    /// # Panics
    /// If they do not broadcast to `dims`, or `slice` is no part of such a Var.
    pub fn slice(&self, dims: &Dims, slice: &VarSlice) -> Init<T> {
        let elements = &slice.elements;
        let rank = self.shape().len();
        let is_whole = elements.len() == dims.len() && rank <= slice.dims.rank();
        // One sample of a batch, for all of which the value is the same.
        let is_each = rank < dims.rank() && dims.as_slice().get(1..) == Some(slice.dims.as_slice());
        if self.uniform().is_some() || is_whole || is_each {
            return self.clone();
        }
        let all = self.to_shared(dims);
        let rows = || column_major_rows(&all, elements).filter(|_| slice.dims.rank() == 2);
        let values = rows().unwrap_or_else(|| {
            let all = all.as_standard_layout();
            let all = all.as_slice().expect("its layout is the standard one");
            let values = all[elements.clone()].to_vec();
            ArrayD::from_shape_vec(IxDyn(slice.dims.as_slice()), values)
                .expect("a slice has as many elements as its extents say")
        });
        Init::at(values.into_shared().into(), self.origin)
    }

    /// Checks the value for a Var of extents `dims` that accepts `valid`.
    ///
    /// # Errors
    /// [`VarError::Shape`] if it does not broadcast, [`VarError::Value`] if `valid` refuses an element.
    pub fn check(&self, dims: &Dims, valid: &Constraint<T>) -> Result<(), VarError> {
        let fits = match &self.values {
            Values::Array(_) => self.broadcast(dims).is_some(),
            Values::Shared(layout) => layout.shape() == dims.as_slice(),
        };
        if !fits {
            return Err(VarError::Shape {
                given: self.shape().into(),
                expected: dims.clone(),
                origin: self.origin,
            });
        }
        self.check_values(valid)
    }

    /// Fails if a value is not allowed.
    ///
    /// # Errors
    /// [`VarError::Value`] with the first value that is not.
    pub fn check_values(&self, valid: &Constraint<T>) -> Result<(), VarError> {
        let Values::Array(values) = &self.values else {
            return Ok(());
        };
        // In memory order, whatever the layout: strided access to a matrix is slow.
        let offending = match values.as_slice_memory_order() {
            Some(values) => valid.offending(values),
            None => valid.offending(&values.iter().copied().collect::<Vec<_>>()),
        };
        match offending {
            None => Ok(()),
            Some(value) => Err(VarError::Value {
                value: format!("{value:?}"),
                rule: valid.rule().to_owned(),
                origin: self.origin,
            }),
        }
    }
}

/// Returns `elements` of a column-major matrix if they are whole rows, as a matrix of the same
/// layout: row-major access would be slow.
fn column_major_rows<T: Element>(
    all: &ArcArray<T, IxDyn>,
    elements: &Range<usize>,
) -> Option<ArrayD<T>> {
    let all = all.view().into_dimensionality::<Ix2>().ok()?;
    let columns = all.ncols();
    let is_column_major = all.t().is_standard_layout() && !all.is_standard_layout();
    if !is_column_major
        || [elements.start, elements.end]
            .iter()
            .any(|end| !end.is_multiple_of(columns))
    {
        return None;
    }
    let rows = all.slice(s![elements.start / columns..elements.end / columns, ..]);
    let transposed = rows.t().as_standard_layout().into_owned();
    Some(transposed.reversed_axes().into_dyn())
}

/// A value for a Var of elements `T`: a number, a nested array literal, a `Vec`, or an ndarray array
/// of any rank, owned or borrowed. It is broadcast to the Var's shape by ndarray's rules.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a Var of `{T}` [E3204]",
    label = "expected one `{T}` or an array of them",
    note = "a single number fills the whole Var; arrays are broadcast by ndarray's rules",
    note = "elements are not converted: `f32` takes `1.0`, not `1`; `i32` takes whole numbers; `true` and `false` are spikes, as a `Source<Spike>` plays them; a time is given by its number in the unit of the Var, `10.0`",
    note = "nested `Vec`s are no array: write `[[1.0, 2.0]]`, or `array![[1.0, 2.0]]` of `lava::ndarray`, which is ndarray 0.17; arrays of another version have other types"
)]
pub trait IntoInit<T> {
    /// Converts into values; an owned array is not copied.
    fn into_init(self) -> Values<T>;
}

/// A payload for whose records, in a Var, there is a value `V`. Nothing can be inferred for the
/// payload from `V`, as from a bound `V: IntoInit<M::Record>`.
#[doc(hidden)]
pub trait TakesRecords<V>: Payload {
    /// The values.
    fn init(value: V) -> Init<Self::Record>;
}

impl<M: Payload, V: IntoInit<M::Record>> TakesRecords<V> for M {
    #[track_caller]
    fn init(value: V) -> Init<M::Record> {
        Init::new(value)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> IntoInit<T> for Vec<T> {
    fn into_init(self) -> Values<T> {
        ndarray::Array1::from(self).into_init()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> IntoInit<T> for &[T] {
    fn into_init(self) -> Values<T> {
        self.to_vec().into_init()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, const N: usize> IntoInit<T> for [T; N] {
    fn into_init(self) -> Values<T> {
        ndarray::arr1(&self).into_init()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, const N: usize, const M: usize> IntoInit<T> for [[T; M]; N] {
    fn into_init(self) -> Values<T> {
        ndarray::arr2(&self).into_init()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, D: Dimension> IntoInit<T> for ndarray::Array<T, D> {
    fn into_init(self) -> Values<T> {
        self.into_dyn().into_shared().into()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, D: Dimension> IntoInit<T> for ArcArray<T, D> {
    fn into_init(self) -> Values<T> {
        self.into_dyn().into()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, S: Data<Elem = T>, D: Dimension> IntoInit<T> for &ArrayBase<S, D> {
    fn into_init(self) -> Values<T> {
        self.to_owned().into_init()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> IntoInit<T> for Init<T> {
    fn into_init(self) -> Values<T> {
        self.values
    }
}
