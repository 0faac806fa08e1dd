//! Data in and out of a network: ring buffers, data sets, encoders, channels to user threads,
//! iterators and closures; and processes that read and write the Vars of other processes.
//!
//! The processes are in the table of [`proc`](super); here are also the types that they take.

mod bit_check;
mod compression;
mod dataset;
mod delta_encoder;
mod extractor;
mod finite;
mod generator;
mod injector;
mod latch;
mod observer;
mod read;

mod reset;
mod samples;
mod schedule;
mod sink;
mod source;
mod spike_dataloader;
mod spiker;
mod state_dataloader;

pub use bit_check::BitCheck;
pub use compression::Compression;
pub use dataset::{Data, Dataset};
pub use delta_encoder::DeltaEncoder;
pub use extractor::{Extractor, Full, VarWire};
pub use generator::{Generator, Rows};
pub use injector::{Empty, Injector, Taking};
pub use latch::Latch;
pub use observer::{Call, Observer};
pub use read::Read;

pub use reset::Reset;
pub use sink::Sink;
pub use source::Source;
pub use spike_dataloader::SpikeDataloader;
pub use spiker::Spiker;
pub use state_dataloader::StateDataloader;
