//! Convolutions.

use ndarray::{Array4, ArrayD};
use proptest::prelude::*;

use super::{Played, messages, play};
use crate::prelude::*;
use crate::proc::synapse::weights::Message;
use crate::proc::synapse::{Synapses, TensorOrder, Window};
use crate::proc::{Conv, Sparse, SumPool};

const STEPS: usize = 4;

/// A convolution in fixed point, and what is played into it.
#[derive(Clone, Debug)]
struct Case {
    kernel: Array4<i32>,
    input: [usize; 3],
    window: Window,
    messages: Array4<i32>,
    exponent: i32,
}

/// Those whose kernel fits its input.
fn cases() -> impl Strategy<Value = Case> {
    let taps = [1..4_usize, 1..4_usize];
    let channels = (1..4_usize, 1..4_usize, 1..4_usize);
    let window = (
        [1..4_usize, 1..4_usize],
        [0..3_usize, 0..3_usize],
        [1..4_usize, 1..3_usize],
    );
    let room = [0..5_usize, 0..5_usize];
    (taps, channels, window, room, -3..3_i32, 1..8_usize).prop_flat_map(
        |(taps, (groups, inputs, outputs), (stride, padding, dilation), room, exponent, rare)| {
            let window = Window {
                stride,
                padding,
                dilation,
                groups,
            };
            let extent = |axis: usize| {
                let reach = dilation[axis] * (taps[axis] - 1) + 1;
                room[axis] + reach.saturating_sub(2 * padding[axis]).max(1)
            };
            let input = [extent(0), extent(1), groups * inputs];
            let shape = [groups * outputs, taps[0], taps[1], inputs];
            let kernel = prop::collection::vec(-200..200_i32, shape.iter().product::<usize>());
            let played = [STEPS, input[0], input[1], input[2]];
            let messages = messages(played.iter().product(), 20);
            (kernel, messages).prop_map(move |(kernel, mut messages)| {
                for (n, message) in messages.iter_mut().enumerate() {
                    // Some are dense, others sparse.
                    *message *= i32::from(n.is_multiple_of(rare)) * 3_000;
                }
                Case {
                    kernel: Array4::from_shape_vec(shape, kernel).expect("as many as weights"),
                    input,
                    window,
                    messages: Array4::from_shape_vec(played, messages).expect("as many as inputs"),
                    exponent,
                }
            })
        },
    )
}

impl Case {
    /// The outputs, in wide integers.
    fn leaves(&self, spikes: bool, shape: &[usize]) -> ArrayD<i32> {
        let (_, taps_x, taps_y, inputs) = self.kernel.dim();
        let [_, width, height, channels] = [shape[0], shape[1], shape[2], shape[3]];
        let outputs = channels / self.window.groups;
        let mut leaves = Array4::<i32>::zeros((STEPS, width, height, channels));
        for ((step, x, y, output), leaves) in leaves.indexed_iter_mut() {
            let Some(step) = step.checked_sub(1) else {
                continue;
            };
            let mut sum = 0_i128;
            for i in 0..taps_x {
                for j in 0..taps_y {
                    for input in 0..inputs {
                        let at = |axis: usize, output: usize, tap: usize| {
                            let Window {
                                stride,
                                padding,
                                dilation,
                                ..
                            } = self.window;
                            let padded = output * stride[axis] + dilation[axis] * tap;
                            padded
                                .checked_sub(padding[axis])
                                .filter(|at| *at < self.input[axis])
                        };
                        let place = (at(0, x, taps_x - 1 - i), at(1, y, taps_y - 1 - j));
                        let (Some(x), Some(y)) = place else {
                            continue;
                        };
                        let channel = output / outputs * inputs + input;
                        let message = i128::from(self.messages[[step, x, y, channel]]);
                        let message = if spikes {
                            message.signum().abs()
                        } else {
                            message
                        };
                        sum += i128::from(self.kernel[[output, i, j, input]]) * message;
                    }
                }
            }
            // 32 bits, shifted, then 24 bits.
            let sum = i128::from(sum as i32);
            let shifted = match self.exponent {
                0.. => sum << self.exponent,
                _ => sum.div_euclid(1 << -self.exponent),
            };
            *leaves = ((shifted + (1 << 23)).rem_euclid(1 << 24) - (1 << 23)) as i32;
        }
        leaves.into_dyn()
    }

    fn conv<M: Message<i32> + Played>(&self) -> crate::Result<ArrayD<i32>> {
        play::<M, _>(&self.messages, |net, s_out| {
            let conv: Conv<i32, M> = net.add(
                Conv::weight(&self.kernel)
                    .input_shape(self.input)
                    .padding(self.window.padding)
                    .stride(self.window.stride)
                    .dilation(self.window.dilation)
                    .groups(self.window.groups)
                    .weight_exp(self.exponent),
            )?;
            s_out.connect(&conv.s_in)?;
            Ok(conv.a_out)
        })
    }

    /// The same by way of single synapses, of a kernel and images in the given order.
    fn sparse(&self, order: TensorOrder) -> crate::Result<ArrayD<i32>> {
        let mut kernel = self.kernel.clone();
        let mut messages = self.messages.clone();
        let mut shape = self.input;
        if order != TensorOrder::Nwhc {
            // Flipped where the order says that kernels correlate.
            kernel.invert_axis(ndarray::Axis(1));
            kernel.invert_axis(ndarray::Axis(2));
        }
        match order {
            TensorOrder::Nwhc => {}
            TensorOrder::Nchw => {
                kernel = kernel.permuted_axes([0, 3, 1, 2]);
                messages = messages.permuted_axes([0, 3, 1, 2]);
                shape = [shape[2], shape[0], shape[1]];
            }
            TensorOrder::Hwcn => kernel = kernel.permuted_axes([1, 2, 3, 0]),
        }
        let synapses = Synapses::<i32>::from_conv(&kernel, shape, &self.window, order)?;
        let messages = messages.as_standard_layout().into_owned();
        let flat = (STEPS, messages.len() / STEPS);
        let messages = messages
            .into_shape_with_order(flat)
            .expect("as many elements");
        play::<i32, _>(&messages, |net, s_out| {
            let sparse: Sparse<i32, i32> = net.add(Sparse::synapses(synapses))?;
            s_out.connect(&sparse.s_in)?;
            Ok(sparse.a_out)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn convolutions_add_up(case in cases()) {
        let spikes = case.conv::<Spike>()?;
        prop_assert_eq!(&spikes, &case.leaves(true, spikes.shape()));
        let numbers = case.conv::<i32>()?;
        prop_assert_eq!(&numbers, &case.leaves(false, numbers.shape()));
    }

    #[test]
    fn single_synapses_convolve_in_every_order(mut case in cases()) {
        // What Loihi stores as it is, and what does not wrap around.
        case.kernel.mapv_inplace(|weight| weight.abs() + 1);
        case.messages.mapv_inplace(|message| message / 3_000);
        case.exponent = 0;
        let conv = case.conv::<i32>()?;
        let mut shape = conv.shape().to_vec();
        for order in [TensorOrder::Nwhc, TensorOrder::Hwcn, TensorOrder::Nchw] {
            let mut arrived = conv.clone();
            if order == TensorOrder::Nchw {
                arrived = arrived.permuted_axes(vec![0, 3, 1, 2]);
                shape = arrived.shape().to_vec();
            }
            let sparse = case.sparse(order)?;
            let sparse = sparse.into_shape_with_order(shape.clone()).expect("as many elements");
            prop_assert_eq!(arrived, sparse, "{:?}", order);
        }
    }

    #[test]
    fn pools_are_convolutions_with_ones(mut case in cases()) {
        case.window.dilation = [1, 1];
        case.window.groups = case.input[2];
        let (_, taps_x, taps_y, _) = case.kernel.dim();
        case.kernel = Array4::ones((case.input[2], taps_x, taps_y, 1));
        let pooled = play::<i32, _>(&case.messages, |net, s_out| {
            let pool: SumPool<i32, i32> = net.add(
                SumPool::input_shape(case.input)
                    .kernel([taps_x, taps_y])
                    .padding(case.window.padding)
                    .stride(case.window.stride)
                    .weight_exp(case.exponent),
            )?;
            s_out.connect(&pool.s_in)?;
            Ok(pool.a_out)
        })?;
        prop_assert_eq!(&pooled, &case.leaves(false, pooled.shape()));
    }
}
