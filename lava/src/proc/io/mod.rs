//! Data in and out of a network: ring buffers, data sets, encoders, channels to user threads,
//! iterators and closures; and processes that read and write the Vars of other processes.
//!
//! The processes are in the table of [`proc`](super); here are also the types that they take.

mod bit_check;
mod compression;
mod dataset;
mod delay_relay;
mod delta_encoder;
mod extractor;
mod finite;
mod generator;
mod injector;
mod latch;
mod observer;
mod read;
mod relay;

mod reset;
mod samples;
mod schedule;
mod sink;
mod source;
mod spike_dataloader;
mod spiker;
mod state_dataloader;

pub use bit_check::{BitCheck, BitCheckBuilder};
pub use compression::Compression;
pub use dataset::{Data, Dataset};
pub use delay_relay::{DelayRelay, DelayRelayBuilder};
pub use delta_encoder::{DeltaEncoder, DeltaEncoderBuilder};
pub use extractor::{Extractor, ExtractorBuilder, Full, VarWire, VarWireBuilder};
pub use generator::{Generator, GeneratorBuilder, Rows};
pub use injector::{Empty, Injector, InjectorBuilder, Taking};
pub use latch::{Latch, LatchBuilder};
pub use observer::{Call, Observer, ObserverBuilder};
pub use read::{Read, ReadBuilder};
pub use relay::{Relay, RelayBuilder};

pub use reset::{Reset, ResetBuilder};
pub use sink::{Sink, SinkBuilder};
pub use source::{Source, SourceBuilder};
pub use spike_dataloader::{SpikeDataloader, SpikeDataloaderBuilder};
pub use spiker::{Spiker, SpikerBuilder};
pub use state_dataloader::{StateDataloader, StateDataloaderBuilder};
