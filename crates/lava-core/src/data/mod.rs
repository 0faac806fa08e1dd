//! Data: elements, payloads, shapes, initial values, shards, index maps, the storage of Vars, and values
//! in snapshots.
//! Nothing here names a process, a model or a thread.

mod checksum;
mod constraint;
mod element;
mod error;
mod id;
mod index_map;
mod init;
mod payload;
mod permutation;
mod persist;
mod process_seed;
mod sealed;
mod seed;
mod selection;
mod shape;
mod shard;
mod spikes;
mod state;
mod storage;

pub use checksum::Checksum;
pub use constraint::{Constraint, ConstraintRange};
pub use element::Element;
pub use error::{PersistError, VarError};
pub use index_map::IndexMap;
pub use init::{ExpectedSize, Init, IntoInit, SharedValues, TakesRecords, Values};
pub use payload::{
    AcceptsPayload, Converts, NumberPayload, Payload, RecordOf, Spike, SpikePayload, Value,
};
pub use permutation::{axis_of, can_concat, row_major_indices, transposed};
pub use persist::{Persist, take_bytes};
pub use process_seed::ProcessSeed;
pub use seed::{NetworkSeed, SeedSource};
pub use selection::{IntoSelection, Selection, SelectionError};
pub use shape::{AcceptsShape, AnyShape, D1, D2, D3, D4, Dims, Dyn, IntoShape, Scalar, Shape};
pub use shard::{BLOCK, SampleSlice, Shard, VarSlice, trailing_axes};
pub use spikes::Spikes;
pub use state::{SavedState, StateReader, StateWriter, load_whole, save_slice};
pub use storage::{FromInit, VarField};
