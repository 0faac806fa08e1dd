//! Stored values: trees of numbers, texts and arrays.

use std::ops::{Deref, Range};
use std::sync::Arc;

use lava_core::data::Element;
use ndarray::{ArcArray, ArrayD, IxDyn};

use super::error::ValueError;
use super::storable::Storable;

/// A value in the file of a stored network.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StoredValue {
    /// No value.
    Nothing,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Several values.
    List(Vec<StoredValue>),
    /// Values by name, in their order.
    Table(Vec<(String, StoredValue)>),
    /// Elements of one type, which the file has as bytes.
    Array(StoredArray),
}

/// The elements of an array, as bytes.
#[derive(Clone, Debug)]
pub struct StoredArray {
    /// The type of the elements.
    pub(crate) element: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: FileBytes,
}

/// Bytes, perhaps of a file.
#[derive(Clone, Debug)]
pub(crate) struct FileBytes {
    all: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl FileBytes {
    /// A part of a file.
    pub(crate) fn part(all: Arc<Vec<u8>>, range: Range<usize>) -> FileBytes {
        FileBytes { all, range }
    }
}

impl From<Vec<u8>> for FileBytes {
    fn from(bytes: Vec<u8>) -> FileBytes {
        let range = 0..bytes.len();
        FileBytes::part(Arc::new(bytes), range)
    }
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.all[self.range.clone()]
    }
}

impl PartialEq for StoredArray {
    fn eq(&self, other: &StoredArray) -> bool {
        self.element == other.element && self.shape == other.shape && *self.bytes == *other.bytes
    }
}

impl StoredArray {
    /// The elements of an array, in row-major order.
    pub fn new<'a, T: Element>(
        shape: &[usize],
        elements: impl IntoIterator<Item = &'a T>,
    ) -> StoredArray {
        let mut bytes = Vec::new();
        elements
            .into_iter()
            .for_each(|element| element.save(&mut bytes));
        StoredArray {
            element: T::layout(),
            shape: shape.to_vec(),
            bytes: bytes.into(),
        }
    }

    /// The type of the elements: `f32`.
    pub fn element(&self) -> &str {
        &self.element
    }

    /// The shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements, in row-major order.
    ///
    /// # Errors
    /// [`ValueError`] if they are of another type than `T`.
    pub fn elements<T: Element>(&self) -> Result<Vec<T>, ValueError> {
        if self.element != T::layout() {
            let (expected, found) = (T::layout(), &self.element);
            return Err(ValueError::new(format!(
                "the elements are of type `{found}`, and `{expected}` is expected"
            )));
        }
        let broken = || {
            ValueError::new(format!(
                "the bytes are not {} of `{}`",
                self.len(),
                self.element
            ))
        };
        // Each element takes a byte at least.
        if self.len() > self.bytes.len() {
            return Err(broken());
        }
        let mut rest = &self.bytes[..];
        let elements = (0..self.len()).map(|_| T::load(&mut rest));
        let elements: Vec<T> = elements.collect::<Result<_, _>>().map_err(|_| broken())?;
        match rest.is_empty() {
            true => Ok(elements),
            false => Err(broken()),
        }
    }

    /// The elements as an array.
    ///
    /// # Errors
    /// Those of [`elements`](StoredArray::elements).
    pub fn to_array<T: Element>(&self) -> Result<ArrayD<T>, ValueError> {
        let elements = self.elements()?;
        ArrayD::from_shape_vec(IxDyn(&self.shape), elements)
            .map_err(|error| ValueError::new(error.to_string()))
    }

    /// The number of elements that the shape says; the greatest number if it says more.
    fn len(&self) -> usize {
        let mut extents = self.shape.iter();
        let product = extents.try_fold(1_usize, |product, extent| product.checked_mul(*extent));
        product.unwrap_or(usize::MAX)
    }
}

impl<T: Element> From<&ArcArray<T, IxDyn>> for StoredArray {
    fn from(array: &ArcArray<T, IxDyn>) -> StoredArray {
        StoredArray::new(array.shape(), array)
    }
}

impl StoredValue {
    /// A table of these values.
    pub fn table<const N: usize>(values: [(&str, StoredValue); N]) -> StoredValue {
        let values = values.into_iter();
        StoredValue::Table(
            values
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The kind of the value, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            StoredValue::Nothing => "nothing",
            StoredValue::Bool(_) => "a truth value",
            StoredValue::Integer(_) => "a whole number",
            StoredValue::Number(_) => "a number",
            StoredValue::Text(_) => "a text",
            StoredValue::List(_) => "a list",
            StoredValue::Table(_) => "a table",
            StoredValue::Array(_) => "an array",
        }
    }

    /// The error of another value than the `expected` one.
    pub fn unexpected(&self, expected: &str) -> ValueError {
        ValueError::new(format!(
            "{expected} is expected, and {} is there",
            self.kind()
        ))
    }

    /// The text.
    ///
    /// # Errors
    /// [`ValueError`] for another value.
    pub fn text(&self) -> Result<&str, ValueError> {
        match self {
            StoredValue::Text(text) => Ok(text),
            _ => Err(self.unexpected("a text")),
        }
    }

    /// The values of a list.
    ///
    /// # Errors
    /// [`ValueError`] for another value.
    pub fn list(&self) -> Result<&[StoredValue], ValueError> {
        match self {
            StoredValue::List(values) => Ok(values),
            _ => Err(self.unexpected("a list")),
        }
    }

    /// The array.
    ///
    /// # Errors
    /// [`ValueError`] for another value.
    pub fn array(&self) -> Result<&StoredArray, ValueError> {
        match self {
            StoredValue::Array(array) => Ok(array),
            _ => Err(self.unexpected("an array")),
        }
    }

    /// The names and values of a table.
    ///
    /// # Errors
    /// [`ValueError`] for another value.
    pub fn entries(&self) -> Result<&[(String, StoredValue)], ValueError> {
        match self {
            StoredValue::Table(entries) => Ok(entries),
            _ => Err(self.unexpected("a table")),
        }
    }

    /// Reads a table field by field.
    ///
    /// # Errors
    /// [`ValueError`] for another value, and for a field that is none of `known`.
    pub fn fields(&self, known: &[&str]) -> Result<TableReader<'_>, ValueError> {
        let entries = self.entries()?;
        let unknown = entries
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()));
        if let Some((name, _)) = unknown {
            let known = known.join("`, `");
            let what = format!("there is no such field; there are `{known}`");
            return Err(ValueError::new(what).within(name));
        }
        Ok(TableReader { entries })
    }
}

/// The fields of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableReader<'a> {
    entries: &'a [(String, StoredValue)],
}

impl<'a> TableReader<'a> {
    /// The value of a field, if it is there.
    pub fn get(&self, name: &str) -> Option<&'a StoredValue> {
        let entry = self.entries.iter().find(|(field, _)| field == name);
        entry.map(|(_, value)| value)
    }

    /// The value of a field.
    ///
    /// # Errors
    /// [`ValueError`] if it is missing.
    pub fn value(&self, name: &str) -> Result<&'a StoredValue, ValueError> {
        let missing = || ValueError::new("the field is missing").within(name);
        self.get(name).ok_or_else(missing)
    }

    /// Reads a field.
    ///
    /// # Errors
    /// [`ValueError`] if it is missing, or of another type.
    pub fn field<X: Storable>(&self, name: &str) -> Result<X, ValueError> {
        X::restore(self.value(name)?).map_err(|error| error.within(name))
    }
}
