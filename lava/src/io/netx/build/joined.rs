//! Layers without neurons of their own: averages, and several layers as one.

use super::layers::{LayerBuilder, message_bits, reversed};
use super::{LayerFailure, NetxBlock, NetxNeurons};
use crate::io::netx::error::NetxError;
use crate::io::netx::layer::NetxLayer;
use crate::proc::synapse::{Synapse, Synapses};
use crate::proc::{Relay, Sparse};

/// A layer whose messages are joined with those of another one.
pub(super) struct Joined {
    relay: Relay<i32>,
    layer: usize,
    /// The elements of the relay.
    elements: Vec<usize>,
    /// The number and the type of the joining layer, for messages.
    by: (usize, String),
}

impl LayerBuilder<'_> {
    /// Sums over groups of neurons, channels first: averages times the neurons of a group.
    pub(super) fn average(
        &mut self,
        number: usize,
        layer: &NetxLayer,
        shape: Vec<usize>,
    ) -> Result<(), LayerFailure> {
        let mut input = self.shape.clone().unwrap_or_default();
        let inputs: usize = input.iter().product();
        let groups: usize = shape.iter().product();
        if groups == 0 || inputs == 0 || !inputs.is_multiple_of(groups) {
            return Err(format!("{inputs} neurons do not make {groups} groups").into());
        }
        if self.flattens {
            input = vec![inputs];
        }
        let elements = elements(&input, &[inputs], &mut 0).into_iter().enumerate();
        let synapses = elements.map(|(source, element)| Synapse {
            source,
            target: element / (inputs / groups),
            weight: 1.0,
            delay: 1,
        });
        let synapses = Synapses::from_list(inputs, groups, &synapses.collect::<Vec<_>>());
        let builder = Sparse::synapses(synapses.map_err(crate::Error::from)?);
        let sparse: Sparse<i32, i32> = self.net.add(builder.num_message_bits(self.bits))?;
        let before: Relay<i32> = self.net.add(Relay::shape(input))?;
        before.a_out.reshape([inputs]).connect(&sparse.s_in)?;
        let relay: Relay<i32> = self.net.add(Relay::shape(shape.clone()))?;
        sparse.a_out.reshape(shape.clone()).connect(&relay.a_in)?;
        self.feed(&before.a_in)?;
        self.bits = 24;
        self.push(number, layer, shape, NetxNeurons::Passed(relay))
    }

    /// The last layer and others as one: by channels if they have the same columns and rows, else one after
    /// another.
    pub(super) fn concat(
        &mut self,
        number: usize,
        layer: &NetxLayer,
        others: &[usize],
    ) -> Result<(), LayerFailure> {
        let last = self
            .blocks
            .last()
            .ok_or("there is no layer before it")?
            .layer;
        let layers: Vec<usize> = std::iter::once(last)
            .chain(others.iter().copied())
            .collect();
        let mut shapes = Vec::new();
        for &of in &layers {
            let of_file = self.file.layers.get(of);
            let (shape, neuron) = of_file
                .and_then(|layer| Some((reversed(&layer.shape), layer.neuron.as_ref()?)))
                .ok_or_else(|| format!("layer {of} has no neurons"))?;
            shapes.push(shape);
            self.bits = self.bits.max(message_bits(neuron));
        }
        let flattens = std::mem::take(&mut self.flattens);
        let shape = joined_shape(&shapes, flattens);
        let relay: Relay<i32> = self.net.add(Relay::shape(shape.clone()))?;
        let mut offset = 0;
        for (of_layer, of_shape) in layers.into_iter().zip(&shapes) {
            let elements = elements(of_shape, &shape, &mut offset);
            self.joined.push(Joined {
                relay: relay.clone(),
                layer: of_layer,
                elements,
                by: (number, layer.type_name.clone()),
            });
        }
        self.push(number, layer, shape, NetxNeurons::Passed(relay))
    }

    /// Connects the layers that have been joined, all of which are now there.
    pub(super) fn join_later_layers(&mut self) -> Result<(), NetxError> {
        for Joined {
            relay,
            layer,
            elements,
            by: (number, kind),
        } in std::mem::take(&mut self.joined)
        {
            let fits = |block: &&NetxBlock| {
                block.layer == layer && block.shape.iter().product::<usize>() == elements.len()
            };
            let joined = match self.blocks.iter().find(fits) {
                Some(block) => block.neurons.messages().connect_to(&relay.a_in, elements),
                None => Err(crate::Error::model(format!("layer {layer} is not built"))),
            };
            joined.map_err(|error| NetxError::Layer {
                layer: number,
                kind,
                problem: error.to_string(),
            })?;
        }
        Ok(())
    }
}

/// The shape of layers as one.
fn joined_shape(shapes: &[Vec<usize>], flattens: bool) -> Vec<usize> {
    let count = |shape: &Vec<usize>| shape.iter().product::<usize>();
    let grid = |shape: &Vec<usize>| (shape.len() == 3).then(|| [shape[0], shape[1]]);
    match grid(&shapes[0]) {
        Some(both) if !flattens && shapes.iter().all(|shape| grid(shape) == Some(both)) => {
            let channels = shapes.iter().map(|shape| shape[2]).sum();
            vec![both[0], both[1], channels]
        }
        _ => vec![shapes.iter().map(count).sum()],
    }
}

/// The elements of `joined` that those of a layer become, from `offset` on, which is the channels before it, or the
/// elements.
fn elements(shape: &[usize], joined: &[usize], offset: &mut usize) -> Vec<usize> {
    let first = *offset;
    let [columns, rows, channels] = match *shape {
        [columns, rows, channels] => [columns, rows, channels],
        _ => [1, 1, shape.iter().product()],
    };
    let is_grid = joined.len() == 3;
    *offset += if is_grid {
        channels
    } else {
        columns * rows * channels
    };
    let mut elements = Vec::with_capacity(columns * rows * channels);
    for x in 0..columns {
        for y in 0..rows {
            elements.extend((0..channels).map(|channel| match is_grid {
                true => (x * rows + y) * joined[2] + first + channel,
                // Channels first, then rows, then columns.
                false => first + (channel * rows + y) * columns + x,
            }));
        }
    }
    elements
}
