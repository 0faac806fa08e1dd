//! Networks of files.

mod joined;
mod layers;
mod neurons;
mod options;
mod synapses;
mod transposed;

use super::error::NetxError;
use super::file::NetxFile;
use super::layer::NetxLayer;
use crate::network::{Loihi1SimCfg, Network};
use crate::proc::{Delta, Lif, LifReset, Relay, Rf, RfIz, Sigma, SigmaDelta};
use crate::process::{InPort, OutPort, Spike};
use layers::LayerBuilder;

pub use options::NetxOptions;

/// The processes of a file in a network.
#[derive(Debug)]
#[non_exhaustive]
pub struct NetxNetwork {
    /// The input: that of the neurons of an input layer, or of the synapses of the first layer.
    pub input: InPort<i32>,
    /// The messages of the last layer; a spike is a 1.
    pub output: OutPort<i32>,
    /// The layers that were built.
    pub blocks: Vec<NetxBlock>,
}

/// A layer in a network.
#[derive(Debug)]
#[non_exhaustive]
pub struct NetxBlock {
    /// The number of the layer in the file.
    pub layer: usize,
    /// The type of the layer, as the file names it.
    pub type_name: String,
    /// The shape of the neurons: columns, rows, channels.
    pub shape: Vec<usize>,
    /// The neurons.
    pub neurons: NetxNeurons,
}

/// The neurons of a layer in a network.
#[derive(Debug)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum NetxNeurons {
    Cuba(Lif<i32>),
    CubaReset(LifReset<i32>),
    Differences(Delta<i32>),
    Sums(Sigma<i32>),
    Sdnn(SigmaDelta<i32>),
    Resonators(Rf<i32>),
    IzhikevichResonators(RfIz<i32>),
    /// None: the layer passes on sums, or the messages of several layers.
    Passed(Relay<i32>),
}

/// The messages of a layer.
enum Messages {
    Numbers(OutPort<i32>),
    Spikes(OutPort<Spike>),
}

impl Messages {
    /// Connects to some elements of an in-port, in the order of the ports.
    fn connect_to(&self, target: &InPort<i32>, elements: Vec<usize>) -> crate::Result<()> {
        let (count, target) = (elements.len(), target.select(elements));
        match self {
            Messages::Numbers(port) => port.reshape([count]).connect(&target),
            Messages::Spikes(port) => port.reshape([count]).cast::<i32>().connect(&target),
        }
    }

    /// Connects to an in-port of the same number of elements; `flattens` reads channels first.
    fn connect(&self, target: &InPort<i32>, flattens: bool) -> crate::Result<()> {
        /// Connects one of the two kinds of ports.
        macro_rules! connect {
            ($port:expr) => {{
                let shape = target.shape();
                match flattens && $port.shape().len() == 3 {
                    true => $port
                        .transpose([2, 1, 0])
                        .reshape(shape)
                        .cast::<i32>()
                        .connect(target),
                    false => $port.reshape(shape).cast::<i32>().connect(target),
                }
            }};
        }
        match self {
            Messages::Numbers(port) => connect!(port),
            Messages::Spikes(port) => connect!(port),
        }
    }
}

impl NetxNeurons {
    fn messages(&self) -> Messages {
        match self {
            NetxNeurons::Cuba(lif) => Messages::Spikes(lif.s_out.clone()),
            NetxNeurons::CubaReset(lif) => Messages::Spikes(lif.s_out.clone()),
            NetxNeurons::Differences(delta) => Messages::Numbers(delta.s_out.clone()),
            NetxNeurons::Sums(sigma) => Messages::Numbers(sigma.s_out.clone()),
            NetxNeurons::Sdnn(neurons) => Messages::Numbers(neurons.s_out.clone()),
            NetxNeurons::Resonators(rf) => Messages::Spikes(rf.s_out.clone()),
            NetxNeurons::IzhikevichResonators(rf) => Messages::Spikes(rf.s_out.clone()),
            NetxNeurons::Passed(relay) => Messages::Numbers(relay.a_out.clone()),
        }
    }

    /// The in-ports: of real, and of complex numbers.
    fn inputs(&self) -> (&InPort<i32>, Option<&InPort<i32>>) {
        match self {
            NetxNeurons::Cuba(lif) => (&lif.a_in, None),
            NetxNeurons::CubaReset(lif) => (&lif.a_in, None),
            NetxNeurons::Differences(delta) => (&delta.a_in, None),
            NetxNeurons::Sums(sigma) => (&sigma.a_in, None),
            NetxNeurons::Sdnn(neurons) => (&neurons.a_in, None),
            NetxNeurons::Resonators(rf) => (&rf.a_real_in, Some(&rf.a_imag_in)),
            NetxNeurons::IzhikevichResonators(rf) => (&rf.a_real_in, Some(&rf.a_imag_in)),
            NetxNeurons::Passed(relay) => (&relay.a_in, None),
        }
    }
}

impl NetxFile {
    /// Adds the layers to a network.
    ///
    /// # Errors
    /// [`NetxError::Layer`] for a layer that is not built or does not fit the one before it; layers before
    /// it are then in the network. [`NetxError::Network`] if the network takes no more processes.
    pub fn build(
        &self,
        net: &Network<Loihi1SimCfg>,
        options: &NetxOptions,
    ) -> Result<NetxNetwork, NetxError> {
        let mut builder = LayerBuilder {
            file: self,
            net,
            options,
            shape: options.input_shape.clone(),
            bits: options.input_message_bits,
            flattens: false,
            reset_offset: options.reset_offset.saturating_add(1),
            input: None,
            blocks: Vec::new(),
            joined: Vec::new(),
        };
        let layers = self
            .layers
            .iter()
            .take(options.num_layers.unwrap_or(usize::MAX));
        for (number, layer) in layers.enumerate() {
            let built = match number < options.skip_layers {
                true => builder.skip(layer),
                false => builder.layer(number, layer),
            };
            built.map_err(|failed| failed.of(number, layer))?;
        }
        builder.finish()
    }
}

/// A layer cannot be built.
enum LayerFailure {
    Problem(String),
    Network(crate::Error),
}

impl From<String> for LayerFailure {
    fn from(problem: String) -> LayerFailure {
        LayerFailure::Problem(problem)
    }
}

impl From<&str> for LayerFailure {
    fn from(problem: &str) -> LayerFailure {
        LayerFailure::Problem(problem.to_owned())
    }
}

impl From<crate::Error> for LayerFailure {
    fn from(error: crate::Error) -> LayerFailure {
        LayerFailure::Network(error)
    }
}

impl LayerFailure {
    fn of(self, layer: usize, of: &NetxLayer) -> NetxError {
        let kind = of.type_name.clone();
        let problem = match self {
            LayerFailure::Problem(problem) => problem,
            LayerFailure::Network(error) => error.to_string(),
        };
        NetxError::Layer {
            layer,
            kind,
            problem,
        }
    }
}
