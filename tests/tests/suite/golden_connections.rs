//! Connections send what Lava's connections sent.

use lava::prelude::*;
use lava::proc::{Conv, ConvInTime, DelayDense, Dense, Sink, Source};
use ndarray::{Array2, Array3, Array4, ArrayD, arr2};

/// The spikes of two inputs that Lava was given.
fn spikes() -> Array2<bool> {
    let rows = [
        [1, 0],
        [0, 1],
        [1, 1],
        [1, 0],
        [0, 0],
        [0, 1],
        [1, 1],
        [0, 0],
    ];
    arr2(&rows).mapv(|spike| spike != 0)
}

/// The output of a `Dense` of these weights and parameters.
fn dense(exponent: i32, bits: u32) -> lava::Result<ArrayD<i32>> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data(spikes());
        dense:  Dense<i32>    = Dense::weights([[300, -300], [5, -5], [-1, 1]])
                                    .weight_exp(exponent).num_weight_bits(bits);
        output: Sink<i32>     = Sink::shape([3]).steps(8);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.run(RunSteps(8))?;
    net.output.data.get()
}

#[test]
fn fixed_point_weights_are_clipped_truncated_and_shifted_as_in_lava() -> lava::Result<()> {
    let eight = [
        [0, 0, 0],
        [254, 4, -2],
        [-256, -6, 0],
        [-2, -2, -2],
        [254, 4, -2],
        [0, 0, 0],
        [-256, -6, 0],
        [-2, -2, -2],
    ];
    assert_eq!(dense(0, 8)?, arr2(&eight).into_dyn());
    let shifted = dense(-2, 8)?;
    let expected = arr2(&[[0, 0, 0], [63, 1, -1], [-64, -2, 0], [-1, -1, -1]]);
    assert_eq!(shifted.slice(ndarray::s![..4, ..]), expected);
    let four = dense(0, 4)?;
    let expected = arr2(&[[0, 0, 0], [224, 0, -32], [-256, -32, 0], [-32, -32, -32]]);
    assert_eq!(four.slice(ndarray::s![..4, ..]), expected);
    Ok(())
}

#[test]
fn inhibitory_weights_of_few_bits_multiply_numbers_as_in_lava() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<i32>     = Source::data([[3, 1], [0, 1], [-2, 1], [7, -1]]);
        dense:  Dense<i32, i32> = Dense::weights([[-7, -200], [-300, -1]]).num_weight_bits(6);
        output: Sink<i32>       = Sink::shape([2]).steps(4);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.run(RunSteps(4))?;
    let stored = arr2(&[[-4, -200], [-252, 0]]).into_dyn();
    assert_eq!(net.dense.weights.get()?, stored);
    let arrived = arr2(&[[0, 0], [-212, -756], [-200, 0], [-192, 504]]).into_dyn();
    assert_eq!(net.output.data.get()?, arrived);
    Ok(())
}

#[test]
fn delays_of_a_matrix_delay_as_in_lava() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike>   = Source::data(spikes());
        dense:  DelayDense<i32> = DelayDense::weights([[2, 4], [6, -8]]).delays([[0, 1], [2, 3]]);
        output: Sink<i32>       = Sink::shape([2]).steps(8);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.run(RunSteps(8))?;
    let rows = [
        [0, 0],
        [2, 0],
        [0, 0],
        [6, 6],
        [6, 0],
        [0, -2],
        [0, -2],
        [6, 0],
    ];
    assert_eq!(net.output.data.get()?, arr2(&rows).into_dyn());
    Ok(())
}

#[test]
fn kernels_are_flipped_as_in_lava() -> lava::Result<()> {
    let kernel = Array4::from_shape_vec((1, 2, 2, 1), vec![1, 2, 3, 4]).expect("2 × 2");
    let mut images = Array4::from_elem((3, 3, 3, 1), false);
    images[[0, 1, 1, 0]] = true;
    images[[1, 0, 2, 0]] = true;
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data(images);
        conv:   Conv<i32>     = Conv::weight(kernel).input_shape([3, 3, 1]);
        output: Sink<i32>     = Sink::shape([2, 2, 1]).steps(3);
        input.s_out -> conv.s_in;
        conv.a_out  -> output.a_in;
    }?;
    net.run(RunSteps(3))?;
    let arrived: Vec<i32> = net.output.data.get()?.into_iter().collect();
    assert_eq!(arrived, [0, 0, 0, 0, 1, 2, 3, 4, 0, 3, 0, 0]);
    Ok(())
}

#[test]
fn a_kernel_over_time_begins_with_its_last_tap_as_in_lava() -> lava::Result<()> {
    let kernel = Array3::from_shape_vec((3, 1, 1), vec![1, 10, 100]).expect("three taps");
    let spikes: Vec<bool> = [1, 0, 1, 1, 0, 0, 1, 0].map(|spike| spike != 0).to_vec();
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike>   = Source::data(Array2::from_shape_vec((8, 1), spikes).expect("a column"));
        conv:   ConvInTime<i32> = ConvInTime::weights(kernel);
        output: Sink<i32>       = Sink::shape([1]).steps(8);
        input.s_out -> conv.s_in;
        conv.a_out  -> output.a_in;
    }?;
    net.run(RunSteps(8))?;
    let arrived: Vec<i32> = net.output.data.get()?.into_iter().collect();
    assert_eq!(arrived, [0, 100, 10, 101, 110, 11, 1, 100]);
    Ok(())
}
