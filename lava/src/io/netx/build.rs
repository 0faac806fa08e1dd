//! Networks of files.

use ndarray::{Array2, Array4, ArrayD, IxDyn};

use super::error::NetxError;
use super::file::NetxFile;
use super::layer::{
    ConvLayer, DenseLayer, NetxKind, NetxLayer, NetxNeuron, PoolLayer, all_integers,
};
use super::weights::stored;
use crate::network::{Loihi1SimCfg, Network};
use crate::proc::{
    Conv, DelayDense, Delta, Dense, Lif, LifReset, Relay, Rf, RfIz, Sigma, SigmaDelta, SumPool,
};
use crate::process::{InPort, OutPort, Spike};

/// Choices that a file leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetxOptions {
    /// The layers that are built, counted from the first of the file, those that are skipped included;
    /// `None` for all.
    pub num_layers: Option<usize>,
    /// The first layers of the file, which are not built.
    pub skip_layers: usize,
    /// Bits of the messages that come in, if the first layer is no input; 0 for spikes.
    pub input_message_bits: i32,
    /// The shape of the input, columns, rows, channels, if the file does not state it.
    pub input_shape: Option<Vec<usize>>,
    /// The steps between resets of the neurons' state; `None` for no resets.
    pub reset_interval: Option<i32>,
    /// The step of the interval in which the first layer is reset; each layer is reset a step later than
    /// the one before it.
    pub reset_offset: i32,
    /// Extra bits of the messages of sigma-delta neurons; default 6.
    pub spike_exp: i32,
}

impl Default for NetxOptions {
    fn default() -> NetxOptions {
        NetxOptions {
            num_layers: None,
            skip_layers: 0,
            input_message_bits: 0,
            input_shape: None,
            reset_interval: None,
            reset_offset: 0,
            spike_exp: 6,
        }
    }
}

impl NetxOptions {
    /// The default choices.
    pub fn new() -> NetxOptions {
        NetxOptions::default()
    }

    /// Sets the number of layers that are built.
    pub fn num_layers(mut self, layers: usize) -> NetxOptions {
        self.num_layers = Some(layers);
        self
    }

    /// Sets the number of first layers that are left out.
    pub fn skip_layers(mut self, layers: usize) -> NetxOptions {
        self.skip_layers = layers;
        self
    }

    /// Sets the bits of the messages that come in.
    pub fn input_message_bits(mut self, bits: i32) -> NetxOptions {
        self.input_message_bits = bits;
        self
    }

    /// Sets the shape of the input.
    pub fn input_shape(mut self, shape: impl Into<Vec<usize>>) -> NetxOptions {
        self.input_shape = Some(shape.into());
        self
    }

    /// Sets the interval between resets, and the step of it in which the first layer is reset.
    pub fn reset(mut self, interval: i32, offset: i32) -> NetxOptions {
        self.reset_interval = Some(interval);
        self.reset_offset = offset;
        self
    }

    /// Sets the extra bits of the messages of sigma-delta neurons.
    pub fn spike_exp(mut self, spike_exp: i32) -> NetxOptions {
        self.spike_exp = spike_exp;
        self
    }
}

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
    Lif(Lif<i32>),
    LifReset(LifReset<i32>),
    Delta(Delta<i32>),
    Sigma(Sigma<i32>),
    SigmaDelta(SigmaDelta<i32>),
    Rf(Rf<i32>),
    RfIz(RfIz<i32>),
}

/// The messages of a layer.
enum Messages {
    Numbers(OutPort<i32>),
    Spikes(OutPort<Spike>),
}

impl Messages {
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
            NetxNeurons::Lif(lif) => Messages::Spikes(lif.s_out.clone()),
            NetxNeurons::LifReset(lif) => Messages::Spikes(lif.s_out.clone()),
            NetxNeurons::Delta(delta) => Messages::Numbers(delta.s_out.clone()),
            NetxNeurons::Sigma(sigma) => Messages::Numbers(sigma.s_out.clone()),
            NetxNeurons::SigmaDelta(neurons) => Messages::Numbers(neurons.s_out.clone()),
            NetxNeurons::Rf(rf) => Messages::Spikes(rf.s_out.clone()),
            NetxNeurons::RfIz(rf) => Messages::Spikes(rf.s_out.clone()),
        }
    }

    /// The in-ports: of real, and of complex numbers.
    fn inputs(&self) -> (&InPort<i32>, Option<&InPort<i32>>) {
        match self {
            NetxNeurons::Lif(lif) => (&lif.a_in, None),
            NetxNeurons::LifReset(lif) => (&lif.a_in, None),
            NetxNeurons::Delta(delta) => (&delta.a_in, None),
            NetxNeurons::Sigma(sigma) => (&sigma.a_in, None),
            NetxNeurons::SigmaDelta(neurons) => (&neurons.a_in, None),
            NetxNeurons::Rf(rf) => (&rf.a_real_in, Some(&rf.a_imag_in)),
            NetxNeurons::RfIz(rf) => (&rf.a_real_in, Some(&rf.a_imag_in)),
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
            net,
            options,
            shape: options.input_shape.clone(),
            bits: options.input_message_bits,
            flattens: false,
            reset_offset: options.reset_offset.saturating_add(1),
            input: None,
            blocks: Vec::new(),
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

struct LayerBuilder<'a> {
    net: &'a Network<Loihi1SimCfg>,
    options: &'a NetxOptions,
    /// The shape of the last layer: columns, rows, channels.
    shape: Option<Vec<usize>>,
    /// The bits of its messages.
    bits: i32,
    /// The next layer reads the last one channels first.
    flattens: bool,
    reset_offset: i32,
    input: Option<InPort<i32>>,
    blocks: Vec<NetxBlock>,
}

impl LayerBuilder<'_> {
    /// Takes note of a layer that is not built.
    fn skip(&mut self, layer: &NetxLayer) -> Result<(), LayerFailure> {
        if matches!(layer.kind, NetxKind::Flatten) {
            self.flattens = true;
        } else {
            self.shape = Some(reversed(&layer.shape));
        }
        if let Some(neuron) = &layer.neuron {
            self.bits = message_bits(neuron);
        }
        Ok(())
    }

    fn layer(&mut self, number: usize, layer: &NetxLayer) -> Result<(), LayerFailure> {
        let mut shape = reversed(&layer.shape);
        match &layer.kind {
            NetxKind::Flatten => {
                self.flattens = true;
                Ok(())
            }
            NetxKind::Unbuilt => Err(
                "layers of this type are listed, and not built; leave it out with \
                            `num_layers`"
                    .into(),
            ),
            NetxKind::Input { .. } => {
                let Some(neuron) = &layer.neuron else {
                    self.shape = Some(shape);
                    return Ok(());
                };
                let neurons = self.neurons(neuron, &shape, None, true)?;
                self.input.get_or_insert_with(|| neurons.inputs().0.clone());
                self.push(number, layer, shape, neurons)
            }
            NetxKind::Dense(dense) => {
                shape = vec![dense.dims[0]];
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let bias = dense.bias.clone();
                let neurons = self.neurons(neuron, &shape, bias, false)?;
                self.dense(dense, &neurons)?;
                self.push(number, layer, shape, neurons)
            }
            NetxKind::Conv(conv) => {
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let bias = conv
                    .bias
                    .as_ref()
                    .map(|bias| spread(&all_integers(bias)?, &shape));
                let neurons = self.neurons(neuron, &shape, bias.transpose()?, false)?;
                self.conv(conv, &neurons)?;
                self.push(number, layer, shape, neurons)
            }
            NetxKind::Pool(pool) => {
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let neurons = self.neurons(neuron, &shape, None, false)?;
                self.pool(pool, &neurons)?;
                self.push(number, layer, shape, neurons)
            }
        }
    }

    fn push(
        &mut self,
        number: usize,
        layer: &NetxLayer,
        shape: Vec<usize>,
        neurons: NetxNeurons,
    ) -> Result<(), LayerFailure> {
        if let Some(neuron) = &layer.neuron {
            self.bits = message_bits(neuron);
        }
        self.shape = Some(shape.clone());
        self.reset_offset = self.reset_offset.saturating_add(1);
        self.blocks.push(NetxBlock {
            layer: number,
            type_name: layer.type_name.clone(),
            shape,
            neurons,
        });
        Ok(())
    }

    /// Connects the last layer to synapses, or makes them the input.
    fn feed(&mut self, synapses: &InPort<i32>) -> Result<(), LayerFailure> {
        let count = |shape: &[usize]| shape.iter().product::<usize>();
        let flattens = std::mem::take(&mut self.flattens) || synapses.shape().len() == 1;
        match self.blocks.last() {
            Some(last) => {
                if count(&last.shape) != count(synapses.shape()) {
                    let (last, next) = (&last.shape, synapses.shape());
                    return Err(
                        format!("its input is {next:?}, the layer before it has {last:?}").into(),
                    );
                }
                Ok(last.neurons.messages().connect(synapses, flattens)?)
            }
            None => {
                self.input.get_or_insert_with(|| synapses.clone());
                Ok(())
            }
        }
    }

    /// Feeds the imaginary synapses with what feeds the real ones.
    fn feed_both(
        &mut self,
        real: &InPort<i32>,
        imaginary: &InPort<i32>,
    ) -> Result<(), LayerFailure> {
        let relay: Relay<i32> = self.net.add(Relay::shape(real.shape().to_vec()))?;
        relay.a_out.connect((real, imaginary))?;
        self.feed(&relay.a_in)
    }

    fn dense(&mut self, layer: &DenseLayer, neurons: &NetxNeurons) -> Result<(), LayerFailure> {
        let [outputs, inputs] = layer.dims;
        let bits = self.bits;
        let matrix = |values: &[i32], columns: usize| {
            let values = Array2::from_shape_vec((outputs, columns), values.to_vec());
            values.map_err(|error| error.to_string())
        };
        let (real_in, imaginary_in) = neurons.inputs();
        // Forward and recurrent weights are stored alike.
        let together = [
            &layer.weight[..],
            layer.recurrent.as_deref().unwrap_or_default(),
        ]
        .concat();
        let together = stored(&together);
        let (forward, recurrent) = together.weights.split_at(outputs * inputs);
        let dense = |values: &[i32], columns: usize, bits_of: u32, exponent: i32| {
            let builder = Dense::weights(matrix(values, columns)?)
                .weight_exp(exponent)
                .num_weight_bits(bits_of)
                .num_message_bits(bits);
            let dense: Dense<i32, i32> = self.net.add(builder)?;
            Ok::<_, LayerFailure>(dense)
        };
        if let Some(imaginary) = &layer.imaginary {
            let imaginary_in =
                imaginary_in.ok_or("complex weights need resonate-and-fire neurons")?;
            let real = dense(forward, inputs, together.bits, together.exponent)?;
            let of_imaginary = stored(imaginary);
            let (weights, exponent) = (&of_imaginary.weights, of_imaginary.exponent);
            let imaginary = dense(weights, inputs, of_imaginary.bits, exponent)?;
            real.a_out.connect(real_in)?;
            imaginary.a_out.connect(imaginary_in)?;
            return self.feed_both(&real.s_in, &imaginary.s_in);
        }
        if layer.recurrent.is_some() {
            let back = dense(recurrent, outputs, together.bits, together.exponent)?;
            back.a_out.connect(real_in)?;
            neurons.messages().connect(&back.s_in, false)?;
        }
        let Some(delay) = &layer.delay else {
            let dense = dense(forward, inputs, together.bits, together.exponent)?;
            dense.a_out.connect(real_in)?;
            return self.feed(&dense.s_in);
        };
        let builder = DelayDense::weights(matrix(forward, inputs)?)
            .delays(matrix(delay, inputs)?)
            .weight_exp(together.exponent)
            .num_weight_bits(together.bits)
            .num_message_bits(bits);
        let dense: DelayDense<i32, i32> = self.net.add(builder)?;
        dense.a_out.connect(real_in)?;
        self.feed(&dense.s_in)
    }

    /// The shape of the input of a convolution.
    fn spatial(&self) -> Result<[usize; 3], LayerFailure> {
        let shape = self.shape.as_deref().unwrap_or_default();
        shape.try_into().map_err(|_| {
            let problem = format!(
                "its input has the shape {shape:?}, and not columns, rows, channels; give \
                                   `NetxOptions::input_shape`"
            );
            LayerFailure::Problem(problem)
        })
    }

    fn conv(&mut self, layer: &ConvLayer, neurons: &NetxNeurons) -> Result<(), LayerFailure> {
        let [outputs, inputs, rows, columns] = layer.dims;
        let kernel = Array4::from_shape_vec([outputs, inputs, rows, columns], layer.weight.clone());
        let kernel = kernel.map_err(|error| error.to_string())?;
        // Columns, rows, channels, flipped.
        let kernel = kernel
            .slice(ndarray::s![.., .., ..;-1, ..;-1])
            .permuted_axes([0, 3, 2, 1]);
        let builder = Conv::weight(kernel.to_owned())
            .input_shape(self.spatial()?)
            .stride(layer.stride)
            .padding(layer.padding)
            .dilation(layer.dilation)
            .groups(layer.groups)
            .num_message_bits(self.bits);
        let conv: Conv<i32, i32> = self.net.add(builder)?;
        join(&conv.a_out, neurons)?;
        self.feed(&conv.s_in)
    }

    fn pool(&mut self, layer: &PoolLayer, neurons: &NetxNeurons) -> Result<(), LayerFailure> {
        let builder = SumPool::input_shape(self.spatial()?)
            .kernel(layer.kernel)
            .stride(layer.stride)
            .padding(layer.padding)
            .weight(layer.weight)
            .num_message_bits(self.bits);
        let pool: SumPool<i32, i32> = self.net.add(builder)?;
        join(&pool.a_out, neurons)?;
        self.feed(&pool.s_in)
    }

    fn neurons(
        &self,
        neuron: &NetxNeuron,
        shape: &[usize],
        bias: Option<Vec<i32>>,
        is_input: bool,
    ) -> Result<NetxNeurons, LayerFailure> {
        let net = self.net;
        let count: usize = shape.iter().product();
        let array = |values: Vec<i32>| array(shape, values);
        let bias = array(bias.unwrap_or_else(|| vec![0; count]))?;
        let per_neuron = |values: &[i32], name: &str| match values.len() {
            1 => array(vec![values[0]; count]),
            len if len == count => array(values.to_vec()),
            len => Err(format!("`{name}` has {len} numbers, for {count} neurons")),
        };
        Ok(match neuron {
            NetxNeuron::Cuba {
                vth,
                current_decay,
                voltage_decay,
                ..
            } => {
                // The library's current loses one unit more than `du`.
                let du: Vec<i32> = current_decay.iter().map(|decay| decay - 1).collect();
                if du.iter().any(|du| *du < 0) {
                    return Err("`iDecay` is 0: a current that does not decay is not built".into());
                }
                let du = per_neuron(&du, "iDecay")?;
                let dv = per_neuron(voltage_decay, "vDecay")?;
                match self.options.reset_interval {
                    None => {
                        let lif = Lif::shape(shape.to_vec()).du(du).dv(dv).vth(*vth);
                        NetxNeurons::Lif(net.add(lif.bias_mant(bias).bias_exp(6))?)
                    }
                    Some(interval) => {
                        let lif = LifReset::shape(shape.to_vec()).du(du).dv(dv).vth(*vth);
                        let lif = lif.reset_interval(interval).reset_offset(self.reset_offset);
                        NetxNeurons::LifReset(net.add(lif.bias_mant(bias).bias_exp(6))?)
                    }
                }
            }
            NetxNeuron::Sdnn { vth, .. } if is_input => {
                let delta = Delta::shape(shape.to_vec()).vth(*vth);
                let delta = delta.spike_exp(self.options.spike_exp).state_exp(6);
                NetxNeurons::Delta(net.add(delta)?)
            }
            NetxNeuron::Sdnn {
                sigma_output: true, ..
            } => NetxNeurons::Sigma(net.add(Sigma::shape(shape.to_vec()))?),
            NetxNeuron::Sdnn { vth, .. } => {
                let neurons = SigmaDelta::shape(shape.to_vec()).vth(*vth).bias(bias);
                let neurons = neurons.spike_exp(self.options.spike_exp).state_exp(6);
                NetxNeurons::SigmaDelta(net.add(neurons)?)
            }
            NetxNeuron::Rf {
                vth,
                decay: [sine, cosine],
                at_phase,
            } => {
                if sine.len() != cosine.len() {
                    return Err("`sinDecay` and `cosDecay` differ in their numbers".into());
                }
                let parts = sine.iter().zip(cosine).map(|(sine, cosine)| {
                    let [sine, cosine] = [sine, cosine].map(|part| f64::from(*part) / 4096.0);
                    let frequency = sine.atan2(cosine) / 2.0 / std::f64::consts::PI;
                    (
                        1.0 / frequency,
                        1.0 - (sine * sine + cosine * cosine).sqrt(),
                    )
                });
                let (mut period, mut alpha): (Vec<f64>, Vec<f64>) = parts.unzip();
                if period.len() == 1 {
                    (period, alpha) = (vec![period[0]; count], vec![alpha[0]; count]);
                }
                let period = ArrayD::from_shape_vec(IxDyn(shape), period);
                let alpha = ArrayD::from_shape_vec(IxDyn(shape), alpha);
                let (Ok(period), Ok(alpha)) = (period, alpha) else {
                    return Err(format!("`sinDecay` does not fit {count} neurons").into());
                };
                let vth = f64::from(*vth);
                if *at_phase {
                    let rf = Rf::shape(shape.to_vec())
                        .period(period)
                        .alpha(alpha)
                        .vth(vth);
                    NetxNeurons::Rf(net.add(rf.state_exp(6).decay_bits(12))?)
                } else {
                    let rf = RfIz::shape(shape.to_vec())
                        .period(period)
                        .alpha(alpha)
                        .vth(vth);
                    NetxNeurons::RfIz(net.add(rf.state_exp(6).decay_bits(12))?)
                }
            }
        })
    }

    fn finish(self) -> Result<NetxNetwork, NetxError> {
        let (Some(last), Some(input)) = (self.blocks.last(), self.input) else {
            return Err(NetxError::NoLayers);
        };
        let relay: Relay<i32> = self.net.add(Relay::shape(last.shape.clone()))?;
        last.neurons.messages().connect(&relay.a_in, false)?;
        let (output, blocks) = (relay.a_out, self.blocks);
        Ok(NetxNetwork {
            input,
            output,
            blocks,
        })
    }
}

/// Connects synapses to neurons of the shape that the file states.
fn join<L>(
    synapses: &OutPort<i32, crate::process::Dyn, L>,
    neurons: &NetxNeurons,
) -> Result<(), LayerFailure> {
    let target = neurons.inputs().0;
    if synapses.shape() != target.shape() {
        let (found, stated) = (synapses.shape(), target.shape());
        return Err(format!("it has outputs {found:?}, and `shape` states {stated:?}").into());
    }
    Ok(synapses.connect(target)?)
}

/// Columns, rows, channels.
fn reversed(shape: &[usize]) -> Vec<usize> {
    shape.iter().rev().copied().collect()
}

fn array(shape: &[usize], values: Vec<i32>) -> Result<ArrayD<i32>, String> {
    ArrayD::from_shape_vec(IxDyn(shape), values).map_err(|error| error.to_string())
}

/// A bias for each neuron, or for each channel, which is the last axis.
fn spread(bias: &[i32], shape: &[usize]) -> Result<Vec<i32>, String> {
    let count: usize = shape.iter().product();
    match bias.len() {
        len if len == count => Ok(bias.to_vec()),
        len if Some(&len) == shape.last() => Ok((0..count).map(|at| bias[at % len]).collect()),
        1 => Ok(vec![bias[0]; count]),
        len => Err(format!("`bias` has {len} numbers, for the shape {shape:?}")),
    }
}

fn message_bits(neuron: &NetxNeuron) -> i32 {
    match neuron {
        NetxNeuron::Cuba { message_bits, .. } | NetxNeuron::Sdnn { message_bits, .. } => {
            *message_bits
        }
        NetxNeuron::Rf { .. } => 0,
    }
}
