//! Pooling.

use super::super::active::ActiveInputs;
use super::super::weights::{Message, Weight};
use super::convolution::Convolution;
use super::geometry::{ConvError, Geometry, Window};
use crate::prelude::*;

/// Sums over the windows of an input `[x, y, channels]`, channel by channel: a
/// [`Conv`](super::Conv) with one weight.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/sum_pool.svg"))]
///
/// ```text
/// a_out[x, y, c](t + 1) = weight · Σ over i, j of
///     padded[x·stride_x + i·dilation_x, y·stride_y + j·dilation_y, c](t)
/// ```
///
/// Windows do not overlap unless a `stride` is given. Averages are sums of
/// `weight(1.0 / n)`, in fixed point of `weight_exp(-2)` for windows of 4.
///
/// `SumPool<T>` takes [`Spike`]s, `SumPool<T, T>` numbers. In fixed point sums are shifted by
/// `weight_exp` and wrap around at 24 bits, as in `Conv`.
///
/// Source: arithmetic as that of [`Conv`](super::Conv), here with one weight.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Source, SumPool};
/// use ndarray::{Array4, Axis};
///
/// # fn main() -> lava::Result<()> {
/// let image = Array4::from_shape_fn((1, 4, 4, 1), |at| at.1 as f32);
/// let net = network! { Loihi1SimCfg;
///     image: Source            = Source::data(image);
///     pool:  SumPool<f32, f32> = SumPool::input_shape([4, 4, 1]).kernel([2, 2]);
///     image.s_out -> pool.s_in;
/// }?;
/// net.run(RunSteps(1))?;
/// let sums = net.pool.a_buf.get()?.remove_axis(Axis(2));
/// assert_eq!(sums, ndarray::arr2(&[[2.0, 2.0], [10.0, 10.0]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[doc(alias = "AvgPool")]
#[process]
pub struct SumPool<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the inputs, `[x, y, channels]`.
    #[port(shape = *input_shape)]
    s_in: InPort<M>,
    /// Sums, one step later, `[x, y, channels]`.
    #[port(shape = geometry(*input_shape, *kernel, *stride, *padding, *dilation)?.output, delay = 1)]
    a_out: OutPort<T>,
    /// The weight of an input; default 1; in the unit of the port that `a_out` feeds.
    #[var(scalar, init = T::ONE, finite)]
    weight: Var<T>,
    /// Sums that leave in the next step, `[x, y, channels]`; initially 0.
    #[var(shape = geometry(*input_shape, *kernel, *stride, *padding, *dilation)?.output, init = T::ZERO, per_sample)]
    a_buf: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// The shape of the input: two spatial axes, then channels.
    #[param]
    input_shape: Param<[usize; 3]>,
    /// Inputs of a window, on each spatial axis.
    #[param]
    kernel: Param<[usize; 2]>,
    /// Inputs from one window to the next, on each spatial axis; default `kernel`.
    #[param(default = *kernel)]
    stride: Param<[usize; 2]>,
    /// Zeros on either side of the input, on each spatial axis; default 0.
    #[param(default = [0, 0])]
    padding: Param<[usize; 2]>,
    /// Inputs from one of a window to the next, on each spatial axis; default 1.
    #[param(default = [1, 1])]
    dilation: Param<[usize; 2]>,
    /// In fixed point, the exponent of sums, which are multiplied by `2^weight_exp`; default 0.
    #[param(default = 0)]
    weight_exp: Param<i32>,
}

fn geometry(
    input: [usize; 3],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    dilation: [usize; 2],
) -> Result<Geometry, ConvError> {
    let channels = input[2];
    let window = Window {
        stride,
        padding,
        dilation,
        groups: channels,
    };
    Geometry::new([channels, kernel[0], kernel[1], 1], input, window)
}

#[implements(proc = SumPool<T, M>, protocol = Loihi, shardable, batch, replicated(s_in))]
struct SumPoolModel<T: Weight, M: Message<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    weight: T,
    a_buf: Vec<T>,
    num_message_bits: i32,
    input_shape: [usize; 3],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    dilation: [usize; 2],
    weight_exp: i32,
    #[local(rebuilt)]
    convolution: Option<Convolution<T>>,
    /// The active inputs of a batch.
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<T: Weight, M: Message<T>> LoihiModel for SumPoolModel<T, M> {
    fn start(&mut self) -> crate::Result<()> {
        let geometry = geometry(
            self.input_shape,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
        )?;
        let (mine, weight) = (self.context.neurons(), self.weight);
        self.convolution = Some(Convolution::new(geometry, mine, |_| weight));
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if let Some(convolution) = &mut self.convolution
            && var == "weight"
        {
            let weight = self.weight;
            convolution.replace(|_| weight);
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
