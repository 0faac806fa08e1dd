//! Convolutions.

use ndarray::{ArcArray, IxDyn};

use super::super::active::ActiveInputs;
use super::super::weights::{Message, Weight};
use super::convolution::Convolution;
use super::geometry::{ConvError, Geometry, Window};
use crate::prelude::*;

/// A convolution over two spatial axes, of inputs `[x, y, channels]`.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/conv.svg"))]
///
/// The kernel `weight` has the axes `[outputs, x, y, inputs / groups]`; it is flipped, as in a
/// convolution (libraries for deep learning correlate; flip their kernels on both spatial axes):
///
/// ```text
/// a_out[x, y, k](t + 1) = Σ over i, j, c of
///     weight[k, i, j, c] · padded[x·stride_x + dilation_x·(kx − 1 − i),
///                                 y·stride_y + dilation_y·(ky − 1 − j), c](t)
/// ```
///
/// An axis has `(inputs + 2·padding − dilation·(taps − 1) − 1) / stride + 1` outputs, rounded down.
/// With `groups`, the outputs of a group receive from the inputs of the same group.
///
/// `Conv<T>` takes [`Spike`]s, `Conv<T, T>` numbers, as [`Dense`](crate::proc::Dense) does. If few
/// inputs are active, each is scattered to its outputs; otherwise every output is gathered from its
/// inputs. Sums are added in the order of the inputs either way.
///
/// In fixed point, `Conv<i32>`, sums are shifted by `weight_exp` and wrap around at 24 bits.
/// Weights are used as they are: neither clipped nor truncated. (Lava's CPU model takes a
/// `weight_exp` and a `num_weight_bits` and ignores both.)
///
/// Source: arithmetic as in Intel's Lava (`PyConvModelFloat`, `PyConvModelFixed`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Conv, Sink, Source};
/// use ndarray::{Array4, arr3};
///
/// # fn main() -> lava::Result<()> {
/// let kernel = Array4::from_shape_vec((1, 2, 2, 1), vec![1.0, 2.0, 3.0, 4.0]).expect("2 × 2");
/// let image = arr3(&[[[1.0], [0.0]], [[0.0], [0.0]]]);
/// let net = network! { Loihi1SimCfg;
///     image: Source         = Source::data(image.insert_axis(ndarray::Axis(0)));
///     conv:  Conv<f32, f32> = Conv::weight(kernel).input_shape([2, 2, 1]).padding([1, 1]);
///     image.s_out -> conv.s_in;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.conv.a_buf.shape(), [3, 3, 1]);
/// assert_eq!(net.conv.a_buf.get()?[[0, 1, 0]], 2.0);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Conv<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the inputs, `[x, y, channels]`.
    #[port(shape = *input_shape)]
    s_in: InPort<M>,
    /// Weighted sums, one step later, `[x, y, outputs]`.
    #[port(
        shape = geometry(weight.shape(), *input_shape, *stride, *padding, *dilation, *groups)?.output,
        delay = 1
    )]
    a_out: OutPort<T>,
    /// The kernel, `[outputs, x, y, inputs / groups]`, finite; in the unit of the port that `a_out`
    /// feeds.
    #[var(rank = 4, finite)]
    weight: Var<T>,
    /// Sums that leave in the next step, `[x, y, outputs]`; initially 0.
    #[var(
        shape = geometry(weight.shape(), *input_shape, *stride, *padding, *dilation, *groups)?.output,
        init = T::ZERO,
        per_sample
    )]
    a_buf: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// The shape of the input: two spatial axes, then channels.
    #[param]
    input_shape: Param<[usize; 3]>,
    /// Zeros on either side of the input, on each spatial axis; default 0.
    #[param(default = [0, 0])]
    padding: Param<[usize; 2]>,
    /// Inputs from one output to the next, on each spatial axis, at least 1; default 1.
    #[param(default = [1, 1])]
    stride: Param<[usize; 2]>,
    /// Inputs from one weight to the next, on each spatial axis, at least 1; default 1.
    #[param(default = [1, 1])]
    dilation: Param<[usize; 2]>,
    /// Groups of channels; inputs and outputs are multiples of it; default 1.
    #[param(default = 1)]
    groups: Param<usize>,
    /// In fixed point, the exponent of sums, which are multiplied by `2^weight_exp`; default 0.
    #[param(default = 0)]
    weight_exp: Param<i32>,
}

/// The geometry of a convolution; `weight` is the kernel's shape, of four axes.
fn geometry(
    weight: &[usize],
    input: [usize; 3],
    stride: [usize; 2],
    padding: [usize; 2],
    dilation: [usize; 2],
    groups: usize,
) -> Result<Geometry, ConvError> {
    let window = Window {
        stride,
        padding,
        dilation,
        groups,
    };
    let kernel = std::array::from_fn(|axis| weight[axis]);
    Geometry::new(kernel, input, window)
}

/// The weights of a kernel, with taps counted from the first input.
fn flipped<T: Weight>(weight: &ArcArray<T, IxDyn>) -> impl Fn([usize; 4]) -> T {
    let taps = [weight.shape()[1], weight.shape()[2]];
    move |[output, x, y, input]| weight[[output, taps[0] - 1 - x, taps[1] - 1 - y, input]]
}

#[implements(proc = Conv<T, M>, protocol = Loihi, shardable, batch, replicated(s_in, weight))]
struct ConvModel<T: Weight, M: Message<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    weight: ArcArray<T, IxDyn>,
    a_buf: Vec<T>,
    num_message_bits: i32,
    input_shape: [usize; 3],
    padding: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    groups: usize,
    weight_exp: i32,
    #[local(rebuilt)]
    convolution: Option<Convolution<T>>,
    /// The active inputs of a batch.
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<T: Weight, M: Message<T>> LoihiModel for ConvModel<T, M> {
    fn start(&mut self) -> crate::Result<()> {
        let geometry = geometry(
            self.weight.shape(),
            self.input_shape,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
        )?;
        let (mine, weight) = (self.context.neurons(), flipped(&self.weight));
        self.convolution = Some(Convolution::new(geometry, mine, weight));
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if let Some(convolution) = &mut self.convolution
            && var == "weight"
        {
            convolution.replace(flipped(&self.weight));
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let binary = self.num_message_bits == 0;
        if let Some(convolution) = &mut self.convolution {
            let batch = (&mut self.active, self.context.samples());
            let exponent = self.weight_exp;
            convolution.step(&mut self.s_in, batch, binary, exponent, &mut self.a_buf);
        }
        self.a_out.send_slice(&self.a_buf)
    }
}
