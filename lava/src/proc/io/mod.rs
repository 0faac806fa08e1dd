//! Where data enters and leaves a network: ring buffers, data sets, encoders, channels to
//! threads of the user, iterators and closures, single values.

mod compression;
mod dataset;
mod delta_encoder;
mod extractor;
mod generator;
mod injector;
mod observer;
mod receiver;
mod sink;
mod source;
mod spike_dataloader;
mod spiker;

pub use compression::Compression;
pub use dataset::{Data, Dataset};
pub use delta_encoder::DeltaEncoder;
pub use extractor::{Extractor, Full, VarWire};
pub use generator::{Generator, Rows};
pub use injector::{Empty, Injector, Taking};
pub use observer::{Call, Observer};
pub use receiver::Receiver;
pub use sink::Sink;
pub use source::Source;
pub use spike_dataloader::SpikeDataloader;
pub use spiker::Spiker;
