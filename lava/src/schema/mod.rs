//! Values of a [stored](crate::store) network: what a file says of parameters, Vars and connections, and the
//! trait by which a parameter is said. With the feature `store`.
//!
//! A value is a tree whose leaves are numbers, texts and arrays. The text of a file has it as JSON, but for
//! the elements of arrays, which are bytes. Knows no process and no file.

mod error;
mod json;
mod storable;
mod value;

pub use error::ValueError;
pub use storable::Storable;
#[doc(hidden)]
pub use storable::{no_variant, variant};
pub(crate) use value::FileBytes;
pub use value::{StoredArray, StoredValue, TableReader};

pub(crate) use json::{parse, write};
