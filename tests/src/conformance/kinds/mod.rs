//! The registry: which kinds of processes there are, and which models Lava has for them.
//!
//! A kind is a file, or a few lines in one, that ends in a [`Kind`]; [`KINDS`] lists them all.

mod affine;
mod atrlif;
mod clp;
mod conv;
mod custom;
mod dataloader;
mod delta_encoder;
mod dense;
mod graded;
mod injector;
mod learning;
mod lif;
mod making;
mod monitor;
mod phases;
mod rate;
mod references;
mod rf;
mod ring_buffer;
mod sigma_delta;
mod sparse;
mod spiker;
mod state_space;

use anyhow::Result;

use super::file::{Process, RunConfig};
use super::handle::Handle;
pub use making::Making;
pub use sigma_delta::CORRECTED;

/// All kinds.
pub const KINDS: &[Kind] = &[
    lif::LIF,
    lif::LEARNING_LIF,
    lif::TERNARY_LIF,
    lif::LIF_RESET,
    lif::LIF_REFRACTORY,
    atrlif::ATRLIF,
    rf::RF,
    rf::RF_IZ,
    rf::RF_ZERO,
    dense::DENSE,
    dense::DELAY_DENSE,
    sparse::SPARSE,
    sparse::DELAY_SPARSE,
    learning::LEARNING_DENSE,
    learning::LEARNING_SPARSE,
    conv::CONV,
    conv::CONV_IN_TIME,
    ring_buffer::SOURCE,
    ring_buffer::SINK,
    sigma_delta::SIGMA,
    sigma_delta::DELTA,
    sigma_delta::SIGMA_DELTA,
    state_space::S4D,
    state_space::SIGMA_S4D_DELTA,
    state_space::SIGMA_S4D_DELTA_LAYER,
    graded::GRADED_VEC,
    graded::GRADED_RELU_VEC,
    graded::PROD_NEURON,
    graded::NORM_VEC_DELAY,
    graded::INV_SQRT,
    spiker::SPIKER,
    spiker::RECEIVER,
    delta_encoder::DELTA_ENCODER,
    dataloader::SPIKE_DATALOADER,
    dataloader::STATE_DATALOADER,
    references::RESET,
    references::READ,
    references::BIT_CHECK,
    monitor::MONITOR,
    clp::PROTOTYPE_LIF,
    clp::NOVELTY_DETECTOR,
    clp::READOUT,
    clp::ALLOCATOR,
    clp::ID_BROADCAST,
    injector::INJECTOR,
    injector::EXTRACTOR,
];

/// Kinds that are not Lava's own: files name them with the class `custom.`.
pub const CUSTOM: &[Kind] = &[
    delta_encoder::SPARSE_SINK,
    custom::VAR_HOLDER,
    custom::REF_READER,
    custom::REF_WRITER,
    custom::REF_INCREMENT,
    custom::DENSE_LIF_LAYER,
    custom::TWO_LAYER_NET,
    affine::AFFINE,
    phases::PHASE_LOGGER,
    rate::RATE_EI,
];

/// A kind of process.
pub struct Kind {
    /// Its name in traces.
    pub name: &'static str,
    /// The arguments of its constructor.
    pub args: &'static [&'static str],
    /// Its models, in Lava's order: without a tag the first is taken.
    pub models: &'static [Model],
}

/// A model of Lava's, and what corresponds to it here.
pub struct Model {
    /// Lava's class.
    pub name: &'static str,
    /// Its tags.
    pub tags: &'static [&'static str],
    /// Adds the process to the network.
    pub build: fn(&Making<'_>) -> Result<Handle>,
}

/// The tags of Lava's floating-point models.
const REAL: &[&str] = &["floating_pt"];
/// The tags of Lava's fixed-point models.
const FIXED: &[&str] = &["fixed_pt", "bit_accurate_loihi"];
/// The tags of Lava's fixed-point models that only approximate Loihi.
const FIXED_APPROXIMATE: &[&str] = &["fixed_pt", "bit_approximate_loihi"];
/// For models without tags, which Lava takes whatever tag is asked for.
const ANY: &[&str] = &["floating_pt", "fixed_pt", "bit_accurate_loihi"];

impl Model {
    /// The model that a process gets.
    ///
    /// # Errors
    /// Names the unknown kind, model or tag.
    pub fn select(process: &Process, config: &RunConfig) -> Result<&'static Model, String> {
        let kind = Kind::of(process).ok_or_else(|| format!("process {}", process.kind))?;
        let class = process.class.rsplit('.').next().unwrap_or_default();
        let exceptions = &config.exception_proc_model_map;
        let exception = [process.name.as_str(), process.kind.as_str(), class]
            .into_iter()
            .find_map(|key| exceptions.get(key));
        let (chosen, wanted) = match (exception, &config.select_tag) {
            (Some(name), _) => (
                kind.models.iter().find(|model| name == model.name),
                format!("model {name} of process {}", process.kind),
            ),
            (None, Some(tag)) => (
                kind.models
                    .iter()
                    .find(|model| model.tags.contains(&tag.as_str())),
                format!("tag {tag} of process {}", process.kind),
            ),
            (None, None) => (kind.models.first(), format!("process {}", process.kind)),
        };
        chosen.ok_or(wanted)
    }
}

impl Kind {
    /// The kind of a process; `None` if it is unknown, or the file's own under a known name.
    pub fn of(process: &Process) -> Option<&'static Kind> {
        let known = match process.class.starts_with("custom.") {
            true => CUSTOM,
            false => KINDS,
        };
        known.iter().find(|kind| kind.name == process.kind)
    }
}
