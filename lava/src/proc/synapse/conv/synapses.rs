//! Convolutions as single synapses.

use ndarray::{ArrayView4, Axis};

use super::super::error::SynapseError;
use super::super::storage::WeightStorage;
use super::super::synapses::{Synapse, Synapses};
use super::super::weights::Weight;
use super::geometry::{Geometry, Window};

/// The order of the axes of an image and of a kernel.
///
/// N is the outputs of a kernel, C channels, W the axis x and H the axis y.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TensorOrder {
    /// Lava's: images `[x, y, channels]`, kernels `[outputs, x, y, inputs]` that are convolved,
    /// as [`Conv`](super::Conv) does.
    Nwhc,
    /// PyTorch's: images `[channels, y, x]`, kernels `[outputs, inputs, y, x]` that are correlated.
    Nchw,
    /// TensorFlow's: images `[y, x, channels]`, kernels `[y, x, inputs, outputs]` that are
    /// correlated.
    Hwcn,
}

impl TensorOrder {
    /// The two spatial axes of an image, and the axis of channels.
    fn image(self) -> [usize; 3] {
        match self {
            TensorOrder::Nwhc | TensorOrder::Hwcn => [0, 1, 2],
            TensorOrder::Nchw => [1, 2, 0],
        }
    }

    /// The axes of a kernel: outputs, the two spatial axes, inputs.
    fn kernel(self) -> [usize; 4] {
        match self {
            TensorOrder::Nwhc => [0, 1, 2, 3],
            TensorOrder::Nchw => [0, 2, 3, 1],
            TensorOrder::Hwcn => [3, 0, 1, 2],
        }
    }
}

impl<T: Weight, W: WeightStorage<T>> Synapses<T, W> {
    /// The synapses of a convolution, with a delay of 1 (Lava's `conv_to_sparse`). Weights of 0 are
    /// left out. Sources and targets are the elements of the images in row-major order.
    ///
    /// `input_shape` is that of an image in the given order, and the pairs of the [`Window`] belong
    /// to its spatial axes in that order: `[y, x]` for PyTorch and TensorFlow.
    ///
    /// ```
    /// use lava::proc::synapse::{Synapses, TensorOrder, Window};
    /// use ndarray::Array4;
    ///
    /// let kernel = Array4::from_elem((2, 3, 5, 5), 0.1); // 2 outputs, 3 inputs, 5 × 5
    /// let window = Window { padding: [2, 2], ..Window::default() };
    /// let order = TensorOrder::Nchw;
    /// let synapses = Synapses::<f32>::from_conv(&kernel, [3, 8, 8], &window, order)?;
    /// assert_eq!((synapses.sources(), synapses.targets()), (3 * 8 * 8, 2 * 8 * 8));
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// # Errors
    /// [`SynapseError::Conv`] if the kernel does not fit the input, and otherwise as
    /// [`from_matrix`](Synapses::from_matrix).
    pub fn from_conv<'a>(
        kernel: impl Into<ArrayView4<'a, T>>,
        input_shape: [usize; 3],
        window: &Window,
        order: TensorOrder,
    ) -> Result<Synapses<T, W>, SynapseError> {
        let image = order.image();
        let mut kernel = kernel.into().permuted_axes(order.kernel());
        if order == TensorOrder::Nwhc {
            kernel.invert_axis(Axis(1));
            kernel.invert_axis(Axis(2));
        }
        let input = image.map(|axis| input_shape[axis]);
        let geometry = Geometry::new(kernel.dim().into(), input, *window)?;
        let mut output_shape = [0; 3];
        for (axis, extent) in image.into_iter().zip(geometry.output) {
            output_shape[axis] = extent;
        }
        let strides = |shape: [usize; 3]| {
            let strides = [shape[1] * shape[2], shape[2], 1];
            image.map(|axis| strides[axis])
        };
        let (from, to) = (strides(input_shape), strides(output_shape));
        let neuron = |at: [usize; 3], strides: [usize; 3]| -> usize {
            at.iter().zip(strides).map(|(at, stride)| at * stride).sum()
        };
        let meetings = [0, 1].map(|axis| geometry.meetings(axis, 0..geometry.output[axis]));
        let (inputs, outputs) = (geometry.group_inputs(), geometry.group_outputs());
        let mut list = Vec::new();
        for (x, y, channel) in indices(input) {
            let (group, source) = (channel / inputs, neuron([x, y, channel], from));
            for (x, tap_x) in meetings[0].pairs(x) {
                for (y, tap_y) in meetings[1].pairs(y) {
                    for output in group * outputs..(group + 1) * outputs {
                        let weight = kernel[[output, tap_x, tap_y, channel % inputs]];
                        if weight != T::ZERO {
                            list.push(Synapse {
                                source,
                                target: neuron([x, y, output], to),
                                weight: weight.to_f64(),
                                delay: 1,
                            });
                        }
                    }
                }
            }
        }
        let size = |shape: [usize; 3]| shape.iter().product();
        Synapses::from_list(size(input_shape), size(output_shape), &list)
    }
}

/// All indices of an image.
fn indices([a, b, c]: [usize; 3]) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..a).flat_map(move |x| (0..b).flat_map(move |y| (0..c).map(move |channel| (x, y, channel))))
}
