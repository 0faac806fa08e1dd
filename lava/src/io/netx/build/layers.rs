//! Layers, one after another: the neurons of each, and the connection to what feeds it.

use super::joined::Joined;
use super::{LayerFailure, NetxBlock, NetxNetwork, NetxNeurons, NetxOptions};
use crate::io::netx::error::NetxError;
use crate::io::netx::file::NetxFile;
use crate::io::netx::layer::{NetxKind, NetxLayer, NetxNeuron, all_integers};
use crate::network::{Loihi1SimCfg, Network};
use crate::proc::Relay;
use crate::process::InPort;

pub(super) struct LayerBuilder<'a> {
    pub(super) file: &'a NetxFile,
    pub(super) net: &'a Network<Loihi1SimCfg>,
    pub(super) options: &'a NetxOptions,
    /// The shape of the last layer: columns, rows, channels.
    pub(super) shape: Option<Vec<usize>>,
    /// The bits of its messages.
    pub(super) bits: i32,
    /// The next layer reads the last one channels first.
    pub(super) flattens: bool,
    pub(super) reset_offset: i32,
    pub(super) input: Option<InPort<i32>>,
    pub(super) blocks: Vec<NetxBlock>,
    /// Layers to be joined with others that were not there yet.
    pub(super) joined: Vec<Joined>,
}

impl LayerBuilder<'_> {
    /// Takes note of a layer that is not built.
    pub(super) fn skip(&mut self, layer: &NetxLayer) -> Result<(), LayerFailure> {
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

    pub(super) fn layer(&mut self, number: usize, layer: &NetxLayer) -> Result<(), LayerFailure> {
        let mut shape = reversed(&layer.shape);
        match &layer.kind {
            NetxKind::Flatten => {
                self.flattens = true;
                Ok(())
            }
            NetxKind::Average => self.average(number, layer, shape),
            NetxKind::Concat(layers) => self.concat(number, layer, layers),
            NetxKind::Input { .. } => {
                let Some(neuron) = &layer.neuron else {
                    self.shape = Some(shape);
                    return Ok(());
                };
                let neurons = self.neurons(neuron, &shape, None, true)?;
                self.input.get_or_insert_with(|| neurons.inputs().0.clone());
                self.push(number, layer, shape, neurons)
            }
            NetxKind::FullyConnected(dense) => {
                shape = vec![dense.dims[0]];
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let bias = dense.bias.clone();
                let neurons = self.neurons(neuron, &shape, bias, false)?;
                self.dense(dense, &neurons)?;
                self.push(number, layer, shape, neurons)
            }
            NetxKind::Convolutional(conv) | NetxKind::TransposedConvolutional(conv) => {
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let bias = conv
                    .bias
                    .as_ref()
                    .map(|bias| spread(&all_integers(bias)?, &shape));
                let neurons = self.neurons(neuron, &shape, bias.transpose()?, false)?;
                match &layer.kind {
                    NetxKind::Convolutional(_) => self.conv(conv, &neurons)?,
                    _ => self.transposed(conv, &neurons)?,
                }
                self.push(number, layer, shape, neurons)
            }
            NetxKind::Pool(pool) => {
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let neurons = self.neurons(neuron, &shape, None, false)?;
                self.pool(pool, &neurons)?;
                self.push(number, layer, shape, neurons)
            }
            NetxKind::Unpool(pool) => {
                let neuron = layer.neuron.as_ref().ok_or("there is no `neuron`")?;
                let neurons = self.neurons(neuron, &shape, None, false)?;
                self.unpool(pool, &neurons)?;
                self.push(number, layer, shape, neurons)
            }
        }
    }

    pub(super) fn push(
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
        // What joins layers takes no step.
        if !matches!(layer.kind, NetxKind::Concat(_)) {
            self.reset_offset = self.reset_offset.saturating_add(1);
        }
        self.blocks.push(NetxBlock {
            layer: number,
            type_name: layer.type_name.clone(),
            shape,
            neurons,
        });
        Ok(())
    }

    /// Connects the last layer to synapses, or makes them the input.
    pub(super) fn feed(&mut self, synapses: &InPort<i32>) -> Result<(), LayerFailure> {
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
    pub(super) fn feed_both(
        &mut self,
        real: &InPort<i32>,
        imaginary: &InPort<i32>,
    ) -> Result<(), LayerFailure> {
        let relay: Relay<i32> = self.net.add(Relay::shape(real.shape().to_vec()))?;
        relay.a_out.connect((real, imaginary))?;
        self.feed(&relay.a_in)
    }

    pub(super) fn finish(mut self) -> Result<NetxNetwork, NetxError> {
        self.join_later_layers()?;
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

/// Columns, rows, channels.
pub(super) fn reversed(shape: &[usize]) -> Vec<usize> {
    shape.iter().rev().copied().collect()
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

pub(super) fn message_bits(neuron: &NetxNeuron) -> i32 {
    match neuron {
        NetxNeuron::Cuba { message_bits, .. } | NetxNeuron::Sdnn { message_bits, .. } => {
            *message_bits
        }
        NetxNeuron::Resonator { .. } => 0,
    }
}
