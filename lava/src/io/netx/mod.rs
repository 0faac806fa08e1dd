//! netx: the `.net` files of lava-dl, networks that were trained for Loihi's fixed point.
//!
//! [`NetxFile`] is the file, layer by layer. [`NetxFile::build`] makes the layers of it, bit for bit as
//! lava-dl's reader does: weights as they are stored in a synapse, delays, message bits, the order of axes.
//!
//! | layer | processes | |
//! |---|---|---|
//! | `input` | [`Lif`](crate::proc::Lif), [`LifReset`](crate::proc::LifReset) or [`Delta`](crate::proc::Delta) | exact |
//! | `dense` | [`Dense`](crate::proc::Dense) or [`DelayDense`](crate::proc::DelayDense), and neurons | exact |
//! | `dense_rec` | the same, and [`Dense`](crate::proc::Dense) of the recurrent weights | exact |
//! | `dense` with `weight/real` and `weight/imag` | two [`Dense`](crate::proc::Dense), and [`Rf`](crate::proc::Rf) or [`RfIz`](crate::proc::RfIz) | exact |
//! | `conv` | [`Conv`](crate::proc::Conv), and neurons | exact |
//! | `flatten` | channels first, then rows, then columns | exact |
//! | `pool` | [`SumPool`](crate::proc::SumPool), and neurons | as lava-dl trains it; its reader has none |
//! | `convT`, `unpool` | [`Sparse`](crate::proc::Sparse), and neurons | as lava-dl trains it; its reader has none |
//! | `average` | [`Sparse`](crate::proc::Sparse): sums over groups, which are averages times the neurons of a group | no averages, which are no integers |
//! | `concat` | [`Relay`](crate::proc::Relay) | as lava-dl describes it; its reader has none |
//!
//! | neuron | process |
//! |---|---|
//! | `LOIHI`, `CUBA` | [`Lif`](crate::proc::Lif), or [`LifReset`](crate::proc::LifReset) with a reset interval |
//! | `SDNN` | [`Delta`](crate::proc::Delta) in an input, [`Sigma`](crate::proc::Sigma) with `sigma_output`, else [`SigmaDelta`](crate::proc::SigmaDelta) |
//! | `RF` …, `RF_PHASE` … | [`RfIz`](crate::proc::RfIz), [`Rf`](crate::proc::Rf) |
//!
//! Files have the axes channels, rows, columns; ports have columns, rows, channels (x, y, z), as lava-dl's
//! blocks. A message takes a step in the synapses of each layer but the input.
//!
//! Source: lava-dl's reader, `lava.lib.dl.netx` (Intel), whose results are reproduced.

mod build;
mod error;
mod file;
mod layer;
mod weights;

pub use build::{NetxBlock, NetxNetwork, NetxNeurons, NetxOptions};
pub use error::NetxError;
pub use file::NetxFile;
pub use layer::{ConvLayer, DenseLayer, NetxKind, NetxLayer, NetxNeuron, PoolLayer};
