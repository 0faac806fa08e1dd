//! Transposed convolutions, and what undoes pooling, as synapses one by one.

use super::layers::LayerBuilder;
use super::{LayerFailure, NetxNeurons};
use crate::io::netx::layer::{ConvLayer, PoolLayer};
use crate::io::netx::weights::stored;
use crate::proc::synapse::{Synapse, Synapses};
use crate::proc::{Relay, Sparse};

/// The most synapses of a layer.
const MOST: usize = 1 << 26;

impl LayerBuilder<'_> {
    /// Each input adds the kernel to the outputs around it: output `stride·i − padding + dilation·k` receives the
    /// weight of tap `k`.
    pub(super) fn transposed(
        &mut self,
        layer: &ConvLayer,
        neurons: &NetxNeurons,
    ) -> Result<(), LayerFailure> {
        let input = self.spatial()?;
        let geometry = Transposed::new(layer, input)?;
        let target = neurons.inputs().0;
        if target.shape() != geometry.output {
            let (found, stated) = (geometry.output, target.shape());
            return Err(format!("it has outputs {found:?}, and `shape` states {stated:?}").into());
        }
        let weights = stored(&layer.weight);
        let synapses = geometry.synapses(&weights.weights);
        let [sources, targets] = [input, geometry.output].map(|shape| shape.iter().product());
        let synapses = Synapses::from_list(sources, targets, &synapses);
        let builder = Sparse::synapses(synapses.map_err(crate::Error::from)?)
            .weight_exp(weights.exponent)
            .num_weight_bits(weights.bits)
            .num_message_bits(self.bits);
        let sparse: Sparse<i32, i32> = self.net.add(builder)?;
        sparse.a_out.reshape(geometry.output).connect(target)?;
        let relay: Relay<i32> = self.net.add(Relay::shape(input))?;
        relay.a_out.reshape([sources]).connect(&sparse.s_in)?;
        self.feed(&relay.a_in)
    }

    /// Each input for all outputs of its window.
    pub(super) fn unpool(
        &mut self,
        layer: &PoolLayer,
        neurons: &NetxNeurons,
    ) -> Result<(), LayerFailure> {
        let channels = self.spatial()?[2];
        let [columns, rows] = layer.kernel;
        let count = channels
            .checked_mul(columns)
            .and_then(|count| count.checked_mul(rows));
        let count = count.filter(|count| *count <= MOST).ok_or(TOO_MANY)?;
        let kernel = ConvLayer {
            weight: vec![layer.weight; count],
            dims: [channels, 1, rows, columns],
            stride: layer.stride,
            padding: layer.padding,
            dilation: layer.dilation,
            groups: channels,
            bias: None,
        };
        self.transposed(&kernel, neurons)
    }
}

const TOO_MANY: &str = "it has more than 67 million synapses";

/// A transposed convolution; shapes are columns, rows, channels.
struct Transposed<'a> {
    layer: &'a ConvLayer,
    input: [usize; 3],
    output: [usize; 3],
}

impl<'a> Transposed<'a> {
    fn new(layer: &'a ConvLayer, input: [usize; 3]) -> Result<Transposed<'a>, LayerFailure> {
        let [inputs, outputs, rows, columns] = layer.dims;
        if inputs != input[2] {
            let channels = input[2];
            let problem = format!("its kernel has {inputs} input channels, its input {channels}");
            return Err(problem.into());
        }
        if layer.groups == 0 || !inputs.is_multiple_of(layer.groups) {
            let groups = layer.groups;
            return Err(format!("{inputs} channels do not make {groups} groups").into());
        }
        let all = input.iter().chain([&outputs, &rows, &columns]);
        let synapses = all.copied().try_fold(1, usize::checked_mul);
        if synapses.is_none_or(|count| count > MOST) {
            return Err(TOO_MANY.into());
        }
        let extent = |axis: usize, taps: usize| {
            let steps = input[axis]
                .checked_sub(1)?
                .checked_mul(layer.stride[axis])?;
            let reach = taps.checked_sub(1)?.checked_mul(layer.dilation[axis])?;
            let whole = steps.checked_add(reach)?.checked_add(1)?;
            let cut = layer.padding[axis].checked_mul(2)?;
            whole.checked_sub(cut).filter(|extent| *extent > 0)
        };
        let (Some(x), Some(y), Some(channels)) = (
            extent(0, columns),
            extent(1, rows),
            outputs.checked_mul(layer.groups),
        ) else {
            return Err(format!("its input {input:?} and its kernel leave no output").into());
        };
        let output = [x, y, channels];
        Ok(Transposed {
            layer,
            input,
            output,
        })
    }

    fn synapses(&self, weights: &[i32]) -> Vec<Synapse> {
        let [inputs, outputs, rows, columns] = self.layer.dims;
        let mut synapses = Vec::new();
        let in_group = inputs / self.layer.groups;
        for (x, y) in grid([self.input[0], self.input[1]]) {
            for (column, row) in grid([columns, rows]) {
                let (Some(to_x), Some(to_y)) =
                    (self.output_of(0, x, column), self.output_of(1, y, row))
                else {
                    continue;
                };
                for (channel, output) in grid([inputs, outputs]) {
                    let tap = (channel * outputs + output) * rows + row;
                    let to_channel = channel / in_group * outputs + output;
                    synapses.push(Synapse {
                        source: (x * self.input[1] + y) * self.input[2] + channel,
                        target: (to_x * self.output[1] + to_y) * self.output[2] + to_channel,
                        weight: f64::from(weights[tap * columns + column]),
                        delay: 1,
                    });
                }
            }
        }
        synapses
    }

    /// The output that an input reaches through a tap.
    fn output_of(&self, axis: usize, input: usize, tap: usize) -> Option<usize> {
        let layer = self.layer;
        let whole = input * layer.stride[axis] + tap * layer.dilation[axis];
        let output = whole.checked_sub(layer.padding[axis])?;
        (output < self.output[axis]).then_some(output)
    }
}

fn grid([first, second]: [usize; 2]) -> impl Iterator<Item = (usize, usize)> {
    (0..first).flat_map(move |a| (0..second).map(move |b| (a, b)))
}
