//! Networks, connectivity and data of others: files in and out.
//!
//! | module | feature | files |
//! |---|---|---|
//! | [`nir`] | `nir` | graphs of the neuromorphic intermediate representation, `.nir` |
//! | [`netx`] | `netx` | networks that lava-dl has trained, `.net` |
//! | [`Tensor`] | `npy` | arrays of NumPy, `.npy` |
//!
//! Files are data that somebody may have made to harm: nothing in them is executed, sizes are checked
//! before memory is taken, and nesting is bounded. [`ReadLimits`] are the bounds, which can be raised.

#[cfg(feature = "hdf5")]
mod hdf5;
mod limits;
#[cfg(feature = "netx")]
pub mod netx;
#[cfg(feature = "nir")]
pub mod nir;
#[cfg(feature = "npy")]
mod npy;
mod tensor;

#[cfg(feature = "hdf5")]
pub use hdf5::Hdf5Error;
pub use limits::ReadLimits;
#[cfg(feature = "npy")]
pub use npy::NpyError;
pub use tensor::{Tensor, TensorElement, TensorValues};
