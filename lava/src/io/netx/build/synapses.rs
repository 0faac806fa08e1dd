//! The synapses of a layer.

use ndarray::{Array2, Array4};

use super::layers::LayerBuilder;
use super::{LayerFailure, NetxNeurons};
use crate::io::netx::layer::{ConvLayer, DenseLayer, PoolLayer};
use crate::io::netx::weights::stored;
use crate::proc::{Conv, DelayDense, Dense, Relay, SumPool};
use crate::process::OutPort;

impl LayerBuilder<'_> {
    pub(super) fn dense(
        &mut self,
        layer: &DenseLayer,
        neurons: &NetxNeurons,
    ) -> Result<(), LayerFailure> {
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
    pub(super) fn spatial(&self) -> Result<[usize; 3], LayerFailure> {
        let shape = self.shape.as_deref().unwrap_or_default();
        shape.try_into().map_err(|_| {
            let problem = format!(
                "its input has the shape {shape:?}, and not columns, rows, channels; give \
                                   `NetxOptions::input_shape`"
            );
            LayerFailure::Problem(problem)
        })
    }

    pub(super) fn conv(
        &mut self,
        layer: &ConvLayer,
        neurons: &NetxNeurons,
    ) -> Result<(), LayerFailure> {
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

    pub(super) fn pool(
        &mut self,
        layer: &PoolLayer,
        neurons: &NetxNeurons,
    ) -> Result<(), LayerFailure> {
        let input = self.spatial()?;
        let padded = padded(input, layer, neurons.inputs().0.shape());
        let builder = SumPool::input_shape(padded)
            .kernel(layer.kernel)
            .stride(layer.stride)
            .padding(layer.padding)
            .dilation(layer.dilation)
            .weight(layer.weight)
            .num_message_bits(self.bits);
        let pool: SumPool<i32, i32> = self.net.add(builder)?;
        join(&pool.a_out, neurons)?;
        if padded == input {
            return self.feed(&pool.s_in);
        }
        let relay: Relay<i32> = self.net.add(Relay::shape(input))?;
        let [columns, rows, channels] = input;
        let inside = (0..columns).flat_map(|column| (0..rows).map(move |row| (column, row)));
        let inside = inside.flat_map(|(column, row)| {
            let first = (column * padded[1] + row) * channels;
            first..first + channels
        });
        let inside: Vec<usize> = inside.collect();
        relay.a_out.flatten().connect(&pool.s_in.select(inside))?;
        self.feed(&relay.a_in)
    }
}

/// The shape of the input of a pool, to which lava-dl adds columns and rows of zeros at the end where the window
/// does not divide it: as many as the division leaves. Without these if the file states such an output.
fn padded(input: [usize; 3], layer: &PoolLayer, output: &[usize]) -> [usize; 3] {
    let mut padded = input;
    for axis in [0, 1] {
        let (kernel, stride) = (layer.kernel[axis], layer.stride[axis]);
        let reach = kernel
            .saturating_sub(1)
            .saturating_mul(layer.dilation[axis]);
        let whole = input[axis].saturating_add(layer.padding[axis].saturating_mul(2));
        let room = whole.checked_sub(reach.saturating_add(1));
        let windows = room.and_then(|room| Some(room.checked_div(stride)? + 1));
        if windows != output.get(axis).copied() {
            padded[axis] += input[axis].checked_rem(kernel).unwrap_or(0);
        }
    }
    padded
}

/// Connects synapses to neurons of the shape that the file states.
pub(super) fn join<L>(
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
