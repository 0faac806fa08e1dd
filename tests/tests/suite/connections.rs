//! Connections: nobody sees how they are computed, and what makes no sense is refused.

use lava::prelude::*;
use lava::proc::synapse::Synapses;
use lava::proc::weights::FixedWeights;
use lava::proc::{Conv, ConvInTime, DelayDense, Dense, Sink, Source, Sparse, SumPool};
use ndarray::{Array1, Array2, Array3, Array4, ArrayD, arr1, arr2};

use crate::support::loihi;

/// A number between −1 and 1 that looks random.
fn noise(index: usize) -> f32 {
    let mixed = (index as u32).wrapping_mul(2_654_435_761).rotate_left(15);
    mixed.wrapping_mul(2_246_822_519) as f32 / (1_u64 << 31) as f32 - 1.0
}

/// Numbers of which about one in `rare` is not 0.
fn rare(index: usize, rare: usize) -> f32 {
    match noise(index + 12_345).to_bits() as usize % rare {
        0 => noise(index),
        _ => 0.0,
    }
}

const STEPS: usize = 10;

/// The output of connections of every kind, all of them large enough to be sharded.
fn leaves(workers: usize) -> lava::Result<Vec<ArrayD<f32>>> {
    const INPUTS: usize = 20;
    const OUTPUTS: usize = 700;
    let net = loihi();
    net.set_workers(workers)?;
    let numbers = Array2::from_shape_fn((STEPS, INPUTS), |(step, input)| {
        rare(step * INPUTS + input, 3)
    });
    let images = Array4::from_shape_fn((STEPS, 11, 13, 4), |(step, x, y, c)| {
        // Every other step few are active.
        rare(((step * 11 + x) * 13 + y) * 4 + c, 2 + step % 2 * 20)
    });
    let weights = Array2::from_shape_fn((OUTPUTS, INPUTS), |(output, input)| {
        noise(output * INPUTS + input)
    });
    let delays = weights.mapv(|weight| (weight.abs() * 6.0) as i32);
    let source: Source = net.add(Source::data(numbers))?;
    let image: Source = net.add(Source::data(images))?;
    let delayed: DelayDense<f32, f32> = net.add(DelayDense::weights(&weights).delays(&delays))?;
    source.s_out.connect(&delayed.s_in)?;
    let kernel = Array3::from_shape_fn((5, OUTPUTS, INPUTS), |(tap, output, input)| {
        noise((tap * OUTPUTS + output) * INPUTS + input)
    });
    let in_time: ConvInTime<f32, f32> = net.add(ConvInTime::weights(kernel))?;
    source.s_out.connect(&in_time.s_in)?;
    let synapses = Synapses::from_matrices(&weights, &delays.mapv(|delay| delay as usize + 1))?;
    let sparse: Sparse<f32, f32> = net.add(Sparse::synapses(synapses))?;
    source.s_out.connect(&sparse.s_in)?;
    let window = |groups: usize| {
        let kernel = Array4::from_shape_fn((groups * 3, 3, 2, 4 / groups), |(k, i, j, c)| {
            noise(((k * 3 + i) * 2 + j) * 4 + c)
        });
        Conv::weight(kernel)
            .input_shape([11, 13, 4])
            .padding([1, 2])
            .stride([1, 2])
            .groups(groups)
    };
    let convs: [Conv<f32, f32>; 3] = [
        net.add(window(1))?,
        net.add(window(2))?,
        net.add(window(4))?,
    ];
    let mut outs = vec![delayed.a_out, in_time.a_out, sparse.a_out];
    for conv in convs {
        image.s_out.connect(&conv.s_in)?;
        outs.push(conv.a_out);
    }
    let pool: SumPool<f32, f32> = net.add(
        SumPool::input_shape([11, 13, 4])
            .kernel([3, 3])
            .stride([1, 1]),
    )?;
    image.s_out.connect(&pool.s_in)?;
    outs.push(pool.a_out);
    let sinks = outs.iter().map(|out| {
        let sink: Sink = net.add(Sink::shape(out.shape()).steps(STEPS))?;
        out.connect(&sink.a_in)?;
        Ok(sink)
    });
    let sinks: Vec<Sink> = sinks.collect::<lava::Result<_>>()?;
    net.run(RunSteps(STEPS as u64))?;
    sinks.iter().map(|sink| sink.data.get()).collect()
}

#[test]
fn connections_are_cut_without_a_trace() -> lava::Result<()> {
    let whole = leaves(1)?;
    assert!(whole.iter().all(|out| out.iter().any(|sum| *sum != 0.0)));
    assert_eq!(whole[0], whole[2], "two ways to say the same");
    for workers in [2, 3] {
        assert!(leaves(workers)? == whole, "{workers} workers");
    }
    Ok(())
}

/// The output of connections in fixed point, whose sums are shifted, and the weights that they
/// store. Only the first outputs have negative weights.
fn fixed(workers: usize, exponent: i32) -> lava::Result<Vec<ArrayD<i32>>> {
    const OUTPUTS: usize = 900;
    let net = loihi();
    net.set_workers(workers)?;
    let spikes = Array2::from_shape_fn((9, 12), |(step, input)| (step * input) % 5 == 1);
    let source: Source<Spike> = net.add(Source::data(spikes))?;
    let weights = Array2::from_shape_fn((OUTPUTS, 12), |(output, input)| {
        (output * 12 + input) as i32 % 300 - if output < 100 { 100 } else { 0 }
    });
    let delays = weights.mapv(|weight| weight.abs() % 4);
    let dense: Dense<i32> = net.add(Dense::weights(&weights).weight_exp(exponent))?;
    let delayed = DelayDense::weights(&weights).delays(&delays);
    let delayed: DelayDense<i32> = net.add(delayed.weight_exp(exponent))?;
    let synapses = Synapses::from_matrices(&weights, &delays.mapv(|delay| delay as usize + 1))?;
    let sparse: Sparse<i32> = net.add(Sparse::synapses(synapses).weight_exp(exponent))?;
    let mut all = Vec::new();
    let ports = [
        (&dense.s_in, &dense.a_out),
        (&delayed.s_in, &delayed.a_out),
        (&sparse.s_in, &sparse.a_out),
    ];
    let mut sinks: Vec<Sink<i32>> = Vec::new();
    for (s_in, a_out) in ports {
        let sink = net.add(Sink::shape([OUTPUTS]).steps(STEPS))?;
        source.s_out.connect(s_in)?;
        a_out.connect(&sink.a_in)?;
        sinks.push(sink);
    }
    net.run(RunSteps(STEPS as u64))?;
    for sink in &sinks {
        all.push(sink.data.get()?);
    }
    all.push(dense.weights.get()?);
    all.push(delayed.weights.get()?);
    for var in [&dense.weights, &delayed.weights] {
        var.set(weights.mapv(|weight| 2 * weight))?;
    }
    net.run(RunSteps(STEPS as u64))?;
    for sink in &sinks {
        all.push(sink.data.get()?);
    }
    all.push(dense.weights.get()?);
    Ok(all)
}

#[test]
fn connections_in_fixed_point_are_cut_without_a_trace() -> lava::Result<()> {
    for exponent in [0, -3] {
        let whole = fixed(1, exponent)?;
        assert!(whole.iter().all(|out| out.iter().any(|sum| *sum != 0)));
        assert_eq!(whole[1], whole[2], "two ways to say the same");
        assert!(
            whole[3].iter().all(|weight| weight % 2 == 0),
            "signs are mixed"
        );
        for workers in [2, 3] {
            assert!(fixed(workers, exponent)? == whole, "{workers} workers");
        }
    }
    Ok(())
}

#[test]
fn a_convolution_adds_in_the_order_of_its_inputs_however_many_are_active() -> lava::Result<()> {
    const SIZE: [usize; 3] = [9, 8, 3];
    let kernel = Array4::from_shape_fn((5, 3, 3, 3), |(k, i, j, c)| {
        noise(((k * 3 + i) * 3 + j) * 3 + c)
    });
    for density in [1, 3, 40] {
        let image = Array3::from_shape_fn(SIZE, |(x, y, c)| rare((x * 8 + y) * 3 + c, density));
        let mut expected = Array3::<f32>::zeros((9, 8, 5));
        for ((x, y, k), sum) in expected.indexed_iter_mut() {
            for i in 0..3 {
                for j in 0..3 {
                    let (x, y) = ((x + i).checked_sub(1), (y + j).checked_sub(1));
                    let (Some(x @ ..9), Some(y @ ..8)) = (x, y) else {
                        continue;
                    };
                    for c in 0..3 {
                        *sum += kernel[[k, 2 - i, 2 - j, c]] * image[[x, y, c]];
                    }
                }
            }
        }
        let net = network! { Loihi1SimCfg;
            image: Source         = Source::data(image.insert_axis(ndarray::Axis(0)));
            conv:  Conv<f32, f32> = Conv::weight(&kernel).input_shape(SIZE).padding([1, 1]);
            image.s_out -> conv.s_in;
        }?;
        net.run(RunSteps(1))?;
        assert!(
            net.conv.a_buf.get()? == expected.into_dyn(),
            "one in {density}"
        );
    }
    Ok(())
}

#[test]
fn weights_and_delays_that_are_set_apply_to_what_arrives_from_then_on() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data([[true]]);
        dense:  DelayDense    = DelayDense::weights([[1.0]]).delays(2).max_delay(3);
        output: Sink          = Sink::shape([1]).steps(8);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.run(RunSteps(2))?;
    let on_its_way = arr2(&[[0.0, 1.0, 1.0, 0.0]]).into_dyn();
    assert_eq!(net.dense.a_buff.get()?, on_its_way);
    net.dense.weights.set(10.0)?;
    net.dense.delays.set(3)?;
    net.run(RunSteps(6))?;
    let arrived: Vec<f32> = net.output.data.get()?.into_iter().collect();
    assert_eq!(arrived, [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 10.0, 10.0]);
    net.reset()?;
    net.run(RunSteps(4))?;
    let arrived: Vec<f32> = net.output.data.get()?.into_iter().take(4).collect();
    assert_eq!(arrived, [0.0, 0.0, 0.0, 1.0]);
    Ok(())
}

#[test]
fn weights_are_read_as_they_are_stored_and_used_as_they_are_set() -> lava::Result<()> {
    let weights = arr2(&[[5, -300], [1, 0]]);
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike>   = Source::data([[true, true]]);
        sparse: Sparse<i32>     = Sparse::synapses(Synapses::from_matrix(&weights)?);
        dense:  Dense<i32>      = Dense::weights(&weights);
        delay:  DelayDense<i32> = DelayDense::weights(&weights).delays(0);
        input.s_out -> sparse.s_in;
        input.s_out -> dense.s_in;
        input.s_out -> delay.s_in;
    }?;
    let mut sinks: Vec<Sink<i32>> = Vec::new();
    for a_out in [&net.sparse.a_out, &net.dense.a_out, &net.delay.a_out] {
        let sink = net.add(Sink::shape([2]).steps(1))?;
        a_out.connect(&sink.a_in)?;
        sinks.push(sink);
    }
    let last = |sums: [i32; 2]| -> lava::Result<()> {
        for sink in &sinks {
            assert_eq!(sink.data.get()?, arr2(&[sums]).into_dyn());
        }
        Ok(())
    };
    let stored = || -> lava::Result<()> {
        assert_eq!(net.sparse.weights.get()?, arr1(&[4, 0, -256]).into_dyn());
        let matrix = arr2(&[[4, -256], [0, 0]]).into_dyn();
        assert_eq!(net.dense.weights.get()?, matrix);
        assert_eq!(net.delay.weights.get()?, matrix);
        last([-252, 0])
    };
    net.run(RunSteps(2))?;
    stored()?;
    net.sparse.weights.set([301, 7, 0])?;
    net.dense.weights.set([[301, 0], [0, 7]])?;
    net.delay.weights.set([[301, 0], [0, 7]])?;
    net.run(RunSteps(2))?;
    last([301, 7])?;
    net.reset()?;
    net.run(RunSteps(2))?;
    stored()
}

/// The result of a 3 through a weight of 2.
fn arrives(num_message_bits: i32) -> lava::Result<f32> {
    let synapses = Synapses::from_matrix(&[[2.0_f32]])?;
    let net = network! { Loihi1SimCfg;
        input:  Source           = Source::data([[3.0]]);
        sparse: Sparse<f32, f32> = Sparse::synapses(synapses).num_message_bits(num_message_bits);
        output: Sink             = Sink::shape([1]).steps(2);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.run(RunSteps(2))?;
    Ok(net.output.data.get()?[[1, 0]])
}

#[test]
fn messages_of_no_bits_count_as_spikes() -> lava::Result<()> {
    assert_eq!(arrives(0)?, 2.0);
    assert_eq!(arrives(8)?, 6.0);
    Ok(())
}

#[test]
fn a_trained_layer_comes_near_itself_in_fixed_point() -> lava::Result<()> {
    let trained = Array2::from_shape_fn((6, 50), |(output, input)| noise(output * 50 + input));
    let (fixed, error) = FixedWeights::quantize(&trained, 1000.0, 8)?;
    let inputs = Array1::from_shape_fn(50, |input| input % 3);
    let exact = trained.dot(&inputs.mapv(|input| input as f32));
    let data = inputs
        .mapv(|input| input as i32)
        .insert_axis(ndarray::Axis(0));
    let net = network! { Loihi1SimCfg;
        input: Source<i32>     = Source::data(data);
        dense: Dense<i32, i32> = Dense::weights(fixed.weights).weight_exp(fixed.weight_exp)
                                     .num_weight_bits(fixed.num_weight_bits);
        input.s_out -> dense.s_in;
    }?;
    net.run(RunSteps(1))?;
    let sums = net.dense.a_buff.get()?;
    let most = f64::from(inputs.sum() as u32) * error.max + 1.0 / 1000.0;
    for (sum, exact) in sums.iter().zip(&exact) {
        let difference = f64::from(*sum) / 1000.0 - f64::from(*exact);
        assert!(difference.abs() <= most, "{difference} > {most}");
    }
    Ok(())
}

/// The message of an error, which contains `words`.
fn refuses<T>(result: lava::Result<T>, words: &[&str]) {
    let message = result
        .map(drop)
        .expect_err("something is wrong")
        .to_string();
    for word in words {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
}

#[test]
fn kernels_that_do_not_fit_are_refused() {
    let net = loihi();
    let add = |kernel: [usize; 4], change: fn(ConvParts) -> ConvParts| {
        let parts = change(ConvParts::default());
        let builder = Conv::weight(Array4::<f32>::ones(kernel))
            .input_shape(parts.input)
            .padding(parts.padding)
            .stride(parts.stride)
            .dilation(parts.dilation)
            .groups(parts.groups)
            .name("edges");
        net.add::<Conv, _>(builder)
    };
    refuses(
        add([1, 5, 3, 2], |parts| parts),
        &["`edges`", "5 inputs", "into 4", "axis 0"],
    );
    refuses(
        add([1, 3, 3, 2], |parts| ConvParts {
            dilation: [1, 3],
            padding: [0, 1],
            ..parts
        }),
        &["7 inputs", "into 6", "axis 1", "1 of padding"],
    );
    refuses(
        add([1, 3, 3, 3], |parts| parts),
        &["3 input channels", "has 2"],
    );
    refuses(
        add([3, 3, 3, 1], |parts| ConvParts { groups: 2, ..parts }),
        &["3 output channels", "2 equal groups"],
    );
    refuses(
        add([2, 3, 3, 2], |parts| ConvParts {
            stride: [0, 1],
            ..parts
        }),
        &["`stride` is 0"],
    );
    refuses(
        add([2, 3, 3, 2], |parts| ConvParts {
            padding: [usize::MAX, 1 << 40],
            ..parts
        }),
        &["4294967295 elements"],
    );
    let pool = SumPool::<f32>::input_shape([4, 4, 1]).kernel([5, 1]);
    refuses(net.add::<SumPool, _>(pool), &["5 inputs"]);
}

struct ConvParts {
    input: [usize; 3],
    padding: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    groups: usize,
}

impl Default for ConvParts {
    fn default() -> ConvParts {
        ConvParts {
            input: [4, 4, 2],
            padding: [0, 0],
            stride: [1, 1],
            dilation: [1, 1],
            groups: 1,
        }
    }
}

#[test]
fn delays_out_of_range_are_refused() -> lava::Result<()> {
    let net = loihi();
    let long = DelayDense::weights([[1]]).delays(64);
    refuses(net.add::<DelayDense<i32>, _>(long), &["delays", "64", "63"]);
    let back = DelayDense::weights([[1.0]]).delays(-1);
    refuses(net.add::<DelayDense, _>(back), &["delays", "-1"]);
    let longer = DelayDense::weights([[1.0]]).delays([[5]]).max_delay(4);
    refuses(net.add::<DelayDense, _>(longer), &["delays", "5", "4"]);
    let dense: DelayDense = net.add(DelayDense::weights([[1.0]]).delays(3))?;
    net.run(RunSteps(1))?;
    refuses(dense.delays.set(4), &["4", "3"]);
    let far = DelayDense::weights([[1.0]]).delays(0).max_delay(usize::MAX);
    refuses(loihi().add::<DelayDense, _>(far), &["a_buff"]);
    Ok(())
}

#[test]
fn more_bits_than_a_weight_has_are_refused() -> lava::Result<()> {
    let net = loihi();
    let _: Dense<i32> = net.add(Dense::weights([[1]]).num_weight_bits(9).name("wide"))?;
    refuses(net.run(RunSteps(1)), &["`wide`", "9", "at most 8"]);
    Ok(())
}
