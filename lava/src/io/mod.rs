//! Networks, connectivity and data of others: files in and out.
//!
//! | module | feature | files |
//! |---|---|---|
//! | [`nir`] | `nir` | graphs of the neuromorphic intermediate representation, `.nir` |
//! | [`netx`] | `netx` | networks that lava-dl has trained, `.net` |
//! | [`sonata`] | `sonata` | circuits of point neurons, their input, spikes and voltages: `.json`, `.h5`, `.csv` |
//! | [`Tensor`] | `npy` | arrays of NumPy, `.npy` |
//! | [`Arrays`] | `npz`, `hdf5` | several arrays, `.npz` and `.h5` |
//! | [`table`] | `tables` | connections and spikes as text, Matrix Market |
//! | [`camera`] | `events` | recordings of event cameras: AEDAT 4, Prophesee, N-MNIST |
//!
//! [`Probe::save`](crate::monitor::Probe::save) and [`SpikeProbe::save`](crate::monitor::SpikeProbe::save) write
//! recordings in each of these formats of arrays.
//!
//! Files are data that somebody may have made to harm: nothing in them is executed, sizes are checked
//! before memory is taken, and nesting is bounded. [`ReadLimits`] are the bounds, which can be raised. Pipes and devices,
//! which have no length, are refused. A file that is written takes the place of an older one when it is whole.

#[cfg(any(feature = "hdf5", feature = "npz"))]
mod arrays;
#[cfg(feature = "events")]
pub mod camera;
#[cfg(feature = "hdf5")]
mod hdf5;
mod limits;
#[cfg(any(feature = "sonata", feature = "tables"))]
mod lines;
#[cfg(any(feature = "nir", feature = "sonata"))]
mod names;
#[cfg(feature = "netx")]
pub mod netx;
#[cfg(feature = "nir")]
pub mod nir;
#[cfg(feature = "npy")]
mod npy;
#[cfg(feature = "npz")]
mod npz;
mod recordings;
#[cfg(any(feature = "nir", feature = "sonata"))]
mod report;
#[cfg(feature = "sonata")]
pub mod sonata;
#[cfg(feature = "tables")]
pub mod table;
mod tensor;

#[cfg(any(feature = "hdf5", feature = "npz"))]
pub use arrays::Arrays;
#[cfg(feature = "events")]
pub use camera::{CameraEvents, CameraFile};
#[cfg(feature = "hdf5")]
pub use hdf5::Hdf5Error;
pub use limits::ReadLimits;
#[cfg(feature = "npy")]
pub use npy::NpyError;
#[cfg(feature = "tables")]
pub use table::TableError;
pub use tensor::{Tensor, TensorElement, TensorValues};
