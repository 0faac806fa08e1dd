//! Where data enters and leaves a network: ring buffers, data sets, encoders, channels to
//! threads of the user, iterators and closures, single values; and what reads and writes the Vars
//! of other processes.

mod bit_check;
mod compression;
mod dataset;
mod delta_encoder;
mod extractor;
mod generator;
mod injector;
mod observer;
mod read;
mod receiver;
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
pub use observer::{Call, Observer};
pub use read::Read;
pub use receiver::Receiver;
pub use reset::Reset;
pub use sink::Sink;
pub use source::Source;
pub use spike_dataloader::SpikeDataloader;
pub use spiker::Spiker;
pub use state_dataloader::StateDataloader;
