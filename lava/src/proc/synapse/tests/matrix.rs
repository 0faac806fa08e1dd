//! Connections that a matrix of weights and one of delays describe.

use ndarray::{Array2, ArrayD};
use proptest::prelude::*;

use super::{Played, messages, play};
use crate::prelude::*;
use crate::proc::synapse::Synapses;
use crate::proc::synapse::weights::{LoihiFormat, Message};
use crate::proc::{DelayDense, Dense, SignMode, Sparse};

const STEPS: usize = 14;

/// A connection in fixed point, and what is played into it.
#[derive(Clone, Debug)]
struct Case {
    weights: Array2<i32>,
    delays: Array2<i32>,
    messages: Array2<i32>,
    exponent: i32,
    bits: u32,
    sign_mode: Option<SignMode>,
}

fn cases() -> impl Strategy<Value = Case> {
    let extents = (1..6_usize, 1..7_usize, -4..4_i32, 0..=8_u32);
    let modes = prop_oneof![
        Just(None),
        Just(Some(SignMode::Mixed)),
        Just(Some(SignMode::Inhibitory)),
        Just(Some(SignMode::Null)),
    ];
    (extents, modes).prop_flat_map(|((inputs, outputs, exponent, bits), sign_mode)| {
        let synapses = inputs * outputs;
        let weights = prop::collection::vec(-300..300_i32, synapses);
        let delays = prop_oneof![
            prop::collection::vec(0..5_i32, synapses),
            (0..5_i32).prop_map(move |delay| vec![delay; synapses]),
        ];
        (weights, delays, messages(inputs * STEPS, i32::MAX)).prop_map(
            move |(weights, delays, messages)| {
                let matrix = |values| Array2::from_shape_vec((outputs, inputs), values);
                let messages = Array2::from_shape_vec((STEPS, inputs), messages);
                Case {
                    weights: matrix(weights).expect("as many as synapses"),
                    delays: matrix(delays).expect("as many as synapses"),
                    messages: messages.expect("as many as inputs and steps"),
                    exponent,
                    bits,
                    sign_mode,
                }
            },
        )
    })
}

impl Case {
    /// The outputs, in wide integers: for every delay a sum of its own, which wraps around at 32
    /// bits and is shifted.
    fn leaves(&self, spikes: bool) -> ArrayD<i32> {
        let format = LoihiFormat {
            bits: self.bits,
            sign_mode: self.sign_mode,
        };
        let quantizer = format.quantizer(self.weights.iter().copied());
        let quantizer = quantizer.expect("at most 8 bits");
        let (outputs, inputs) = self.weights.dim();
        let mut leaves = Array2::<i128>::zeros((STEPS, outputs));
        for step in 0..STEPS {
            for output in 0..outputs {
                for delay in 0..5 {
                    let sum: i128 = (0..inputs)
                        .filter(|input| self.delays[[output, *input]] == delay)
                        .map(|input| {
                            let message = i128::from(self.messages[[step, input]]);
                            let message = if spikes {
                                message.signum().abs()
                            } else {
                                message
                            };
                            i128::from(quantizer.quantize(self.weights[[output, input]])) * message
                        })
                        .sum();
                    let sum = i128::from(sum as i32);
                    let step = step + 1 + delay as usize;
                    if step < STEPS {
                        leaves[[step, output]] += match self.exponent {
                            0.. => sum << self.exponent,
                            _ => sum.div_euclid(1 << -self.exponent),
                        };
                    }
                }
            }
        }
        leaves.mapv(|sum| sum as i32).into_dyn()
    }

    fn dense<M: Message<i32> + Played>(&self) -> crate::Result<ArrayD<i32>> {
        play::<M, _>(&self.messages, |net, s_out| {
            let dense: Dense<i32, M> = net.add(
                Dense::weights(&self.weights)
                    .weight_exp(self.exponent)
                    .num_weight_bits(self.bits)
                    .sign_mode(self.sign_mode),
            )?;
            s_out.connect(&dense.s_in)?;
            Ok(dense.a_out)
        })
    }

    fn delay_dense<M: Message<i32> + Played>(&self) -> crate::Result<ArrayD<i32>> {
        play::<M, _>(&self.messages, |net, s_out| {
            let dense: DelayDense<i32, M> = net.add(
                DelayDense::weights(&self.weights)
                    .delays(&self.delays)
                    .weight_exp(self.exponent)
                    .num_weight_bits(self.bits)
                    .sign_mode(self.sign_mode),
            )?;
            s_out.connect(&dense.s_in)?;
            Ok(dense.a_out)
        })
    }

    fn sparse<M: Message<i32> + Played>(&self) -> crate::Result<ArrayD<i32>> {
        let delays = self.delays.mapv(|delay| delay as usize + 1);
        let synapses: Synapses<i32, i16> = Synapses::from_matrices(&self.weights, &delays)?;
        play::<M, _>(&self.messages, |net, s_out| {
            let sparse: Sparse<i32, M, i16> = net.add(
                Sparse::synapses(synapses)
                    .weight_exp(self.exponent)
                    .num_weight_bits(self.bits)
                    .sign_mode(self.sign_mode),
            )?;
            s_out.connect(&sparse.s_in)?;
            Ok(sparse.a_out)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn dense_adds_up(mut case in cases()) {
        case.delays.fill(0);
        prop_assert_eq!(case.dense::<Spike>()?, case.leaves(true));
        prop_assert_eq!(case.dense::<i32>()?, case.leaves(false));
    }

    #[test]
    fn delays_of_a_matrix_add_up(case in cases()) {
        prop_assert_eq!(case.delay_dense::<Spike>()?, case.leaves(true));
        prop_assert_eq!(case.delay_dense::<i32>()?, case.leaves(false));
    }

    #[test]
    fn sparse_synapses_add_up(mut case in cases()) {
        // The signs are those of the synapses that there are, and there has to be one.
        case.weights[[0, 0]] = 1;
        prop_assert_eq!(case.sparse::<Spike>()?, case.leaves(true));
        prop_assert_eq!(case.sparse::<i32>()?, case.leaves(false));
    }
}
