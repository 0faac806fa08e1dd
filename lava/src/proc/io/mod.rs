//! Where data enters and leaves a network: ring buffers, data sets, encoders, single values.

mod compression;
mod dataset;
mod delta_encoder;
mod receiver;
mod sink;
mod source;
mod spike_dataloader;
mod spiker;

pub use compression::Compression;
pub use dataset::{Data, Dataset};
pub use delta_encoder::DeltaEncoder;
pub use receiver::Receiver;
pub use sink::Sink;
pub use source::Source;
pub use spike_dataloader::SpikeDataloader;
pub use spiker::Spiker;
