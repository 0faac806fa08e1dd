//! Weights that are set: the weight at the time of a message counts, whatever its delay, on any
//! number of workers.

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule, Sparse, Synapse};
use lava::proc::{Conv, ConvInTime, DelayDense, Dense, Sink, Source, Weight};
use lava::process::Payload;
use ndarray::{Array2, ArrayD, IxDyn, arr1};

use crate::support::loihi;

const STEPS: usize = 40;
/// Steps after which weights are set: one by one, at once and after everything has arrived.
const CHANGES: [usize; 6] = [3, 4, 5, 9, 9, 30];

/// The number of changes before a step.
fn changes(step: usize) -> usize {
    CHANGES.iter().filter(|change| **change <= step).count()
}

/// The message of an input in a step, from 0.
fn message(step: usize, input: usize) -> i32 {
    let active = (step * 5 + input * 3).is_multiple_of(4);
    i32::from(active) * (1 + (step + input) as i32 % 3)
}

/// A weight after some changes: a small even number.
fn weight(change: usize, synapse: usize) -> f64 {
    (((synapse * 7 + change * 11) % 13) * 2) as f64
}

/// Connects a source of messages, a connection and a sink, runs them, and sets the weights in
/// between. Returns what arrives.
macro_rules! play {
    ($weight:ty, $message:ty, $inputs:expr, $workers:expr, $connection:ty: $builder:expr, $weights:ident, $shape:expr) => {{
        let net = loihi();
        net.set_workers($workers)?;
        let shape: &[usize] = &$inputs;
        let inputs: usize = shape.iter().product();
        let messages = Array2::from_shape_fn((STEPS, inputs), |at| message(at.0, at.1));
        let messages = <$message as Played>::record(&messages);
        let all = [&[STEPS], shape].concat();
        let messages = messages
            .into_shape_with_order(IxDyn(&all))
            .expect("as many elements");
        let source: Source<$message> = net.add(Source::data(messages))?;
        let connection: $connection = net.add($builder)?;
        let sink: Sink<$weight> = net.add(Sink::shape(connection.a_out.shape()).steps(STEPS))?;
        source.s_out.connect(&connection.s_in)?;
        connection.a_out.connect(&sink.a_in)?;
        let mut done = 0;
        for (change, at) in (1..).zip(CHANGES) {
            if at > done {
                net.run(RunSteps((at - done) as u64))?;
                done = at;
            }
            let shape: Vec<usize> = $shape.to_vec();
            let weights: Vec<$weight> = (0..shape.iter().product())
                .map(|synapse| weight(change, synapse) as $weight)
                .collect();
            let weights = ArrayD::from_shape_vec(IxDyn(&shape), weights).expect("as many");
            connection.$weights.set(&weights)?;
        }
        net.run(RunSteps((STEPS - done) as u64))?;
        let arrived = sink.data.get()?.mapv(|sum| f64::from(sum));
        let elements = arrived.len() / STEPS;
        net.stop()?;
        arrived
            .into_shape_with_order((STEPS, elements))
            .expect("as many elements")
    }};
}

/// Messages as a source takes them.
trait Played: Payload {
    fn record(messages: &Array2<i32>) -> Array2<Self::Record>;
}

impl Played for Spike {
    fn record(messages: &Array2<i32>) -> Array2<bool> {
        messages.mapv(|message| message != 0)
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Played for $number {
            fn record(messages: &Array2<i32>) -> Array2<$number> {
                messages.mapv(|message| message as $number)
            }
        }
    )+};
}

numbers!(f32, f64, i32);

/// A synapse of the reference: its number among the weights, its ends and its delay.
#[derive(Clone, Copy, Debug)]
struct Wire {
    number: usize,
    source: usize,
    target: usize,
    delay: usize,
}

/// The sums that arrive, computed over all synapses.
fn expected(wires: &[Wire], targets: usize, spikes: bool, gain: f64) -> Array2<f64> {
    let mut sums = Array2::zeros((STEPS, targets));
    for wire in wires {
        for step in 0..STEPS.saturating_sub(wire.delay) {
            let message = message(step, wire.source);
            let message = if spikes { message.signum() } else { message };
            let weight = weight(changes(step), wire.number);
            sums[[step + wire.delay, wire.target]] += weight * f64::from(message) * gain;
        }
    }
    sums
}

/// The initial weights of a shape.
fn initial<T: Weight>(shape: &[usize]) -> ArrayD<T> {
    let weights = (0..shape.iter().product())
        .map(|synapse| T::from_f64(weight(0, synapse)).expect("a small number"));
    ArrayD::from_shape_vec(IxDyn(shape), weights.collect()).expect("as many")
}

/// Plays one connection with spikes and numbers, on 1, 2 and 3 workers.
macro_rules! check {
    ($name:expr, $weight:ty, $inputs:expr, $wires:expr, $gain:expr, $spikes:ty: $spike_builder:expr, $numbers:ty: $number_builder:expr, $weights:ident, $shape:expr) => {
        for workers in [1, 2, 3] {
            let arrived = play!($weight, Spike, $inputs, workers, $spikes: $spike_builder, $weights, $shape);
            let sums = expected(&$wires, arrived.ncols(), true, $gain);
            assert!(arrived == sums, "spikes to {} on {workers} workers", $name);
            let arrived =
                play!($weight, $weight, $inputs, workers, $numbers: $number_builder, $weights, $shape);
            let sums = expected(&$wires, arrived.ncols(), false, $gain);
            assert!(arrived == sums, "numbers to {} on {workers} workers", $name);
        }
    };
}

#[test]
fn a_matrix_counts_as_it_is_at_the_time_of_a_message() -> lava::Result<()> {
    let shape = [70, 4];
    let all: Vec<Wire> = (0..280)
        .map(|number| Wire {
            number,
            source: number % 4,
            target: number / 4,
            delay: 1,
        })
        .collect();
    check!("Dense<f32>", f32, [4], all, 1.0,
        Dense: Dense::weights(initial::<f32>(&shape).into_dimensionality::<ndarray::Ix2>().unwrap()),
        Dense<f32, f32>: Dense::weights(initial::<f32>(&shape)), weights, shape);
    check!("Dense<i32>", i32, [4], all, 2.0,
        Dense<i32>: Dense::weights(initial::<i32>(&shape)).weight_exp(1),
        Dense<i32, i32>: Dense::weights(initial::<i32>(&shape)).weight_exp(1), weights, shape);
    Ok(())
}

#[test]
fn a_matrix_with_delays_counts_as_it_is_at_the_time_of_a_message() -> lava::Result<()> {
    let shape = [70, 4];
    let delays =
        Array2::from_shape_fn((70, 4), |(output, input)| ((output + 3 * input) % 7) as i32);
    let all: Vec<Wire> = (0..280)
        .map(|number| {
            let (source, target) = (number % 4, number / 4);
            let delay = 1 + delays[[target, source]] as usize;
            Wire {
                number,
                source,
                target,
                delay,
            }
        })
        .collect();
    check!("DelayDense<f32>", f32, [4], all, 1.0,
        DelayDense: DelayDense::weights(initial::<f32>(&shape)).delays(&delays),
        DelayDense<f32, f32>: DelayDense::weights(initial::<f32>(&shape)).delays(&delays),
        weights, shape);
    check!("DelayDense<i32>", i32, [4], all, 0.5,
        DelayDense<i32>: DelayDense::weights(initial::<i32>(&shape)).delays(&delays).weight_exp(-1),
        DelayDense<i32, i32>: DelayDense::weights(initial::<i32>(&shape)).delays(&delays).weight_exp(-1),
        weights, shape);
    Ok(())
}

#[test]
fn a_kernel_counts_as_it_is_at_the_time_of_a_message() -> lava::Result<()> {
    // Three taps in time.
    let shape = [3, 70, 4];
    let all: Vec<Wire> = (0..840)
        .map(|number| {
            let (tap, target, source) = (number / 280, number / 4 % 70, number % 4);
            Wire {
                number,
                source,
                target,
                delay: 3 - tap,
            }
        })
        .collect();
    check!("ConvInTime<f64>", f64, [4], all, 1.0,
        ConvInTime<f64>: ConvInTime::weights(initial::<f64>(&shape)),
        ConvInTime<f64, f64>: ConvInTime::weights(initial::<f64>(&shape)), weights, shape);
    // Kernels of one element, two channels to three, on 6 by 5.
    let shape = [3, 1, 1, 2];
    let mut all = Vec::new();
    for position in 0..30 {
        for number in 0..6 {
            let (source, target) = (2 * position + number % 2, 3 * position + number / 2);
            all.push(Wire {
                number,
                source,
                target,
                delay: 1,
            });
        }
    }
    check!("Conv<i32>", i32, [6, 5, 2], all, 1.0,
        Conv<i32>: Conv::weight(initial::<i32>(&shape)).input_shape([6, 5, 2]).num_message_bits(8),
        Conv<i32, i32>: Conv::weight(initial::<i32>(&shape)).input_shape([6, 5, 2]).num_message_bits(8),
        weight, shape);
    Ok(())
}

/// Synapses with delays from 1 to 12 to this number of targets.
fn projection(targets: usize) -> Projection {
    Projection::new(6, targets)
        .rule(Rule::FixedOutDegree(50))
        .delays(Distribution::Uniform {
            low: 1.0,
            high: 12.0,
        })
        .seed(3)
}

fn wires(projection: &Projection) -> lava::Result<Vec<Wire>> {
    let synapses: Vec<Synapse> = projection.draw::<f32>(3)?.iter().collect();
    let wire = |(number, synapse): (usize, &Synapse)| Wire {
        number,
        source: synapse.source,
        target: synapse.target,
        delay: synapse.delay,
    };
    Ok(synapses.iter().enumerate().map(wire).collect())
}

/// A weight in 16 bits is within a 65,534th of the largest.
fn near(arrived: &Array2<f64>, sums: &Array2<f64>) -> bool {
    let error = (arrived - sums).mapv(f64::abs);
    error.iter().all(|error| *error < 0.05)
}

#[test]
fn synapses_of_any_fan_out_count_as_they_are_at_the_time_of_a_message() -> lava::Result<()> {
    // A block spans all delays, some, and one; the targets of the largest are cut into segments.
    for targets in [3, 60, 20_000, 70_000] {
        let it = projection(targets);
        let all = wires(&it)?;
        let shape = [all.len()];
        let start = |change| -> Vec<f32> {
            (0..all.len())
                .map(|synapse| weight(change, synapse) as f32)
                .collect()
        };
        let whole: Vec<i32> = start(0).iter().map(|weight| *weight as i32).collect();
        check!("Sparse<f32>", f32, [6], all, 1.0,
            Sparse: Sparse::projection(it).weights(start(0)),
            Sparse<f32, f32>: Sparse::projection(it).weights(start(0)), weights, shape);
        for (exponent, gain) in [(-1, 0.5), (0, 1.0), (2, 4.0)] {
            if targets > 60 {
                break;
            }
            check!("Sparse<i32>", i32, [6], all, gain,
                Sparse<i32>: Sparse::projection(it).weights(whole.clone()).weight_exp(exponent),
                Sparse<i32, i32>: Sparse::projection(it).weights(whole.clone()).weight_exp(exponent),
                weights, shape);
        }
        for workers in [1, 2, 3] {
            let arrived = play!(f32, Spike, [6], workers,
                Sparse<f32, Spike, i16>: Sparse::projection(it).weights(start(0)), weights, shape);
            let sums = expected(&all, targets, true, 1.0);
            assert!(
                near(&arrived, &sums),
                "16 bits, {targets} targets, {workers} workers"
            );
        }
    }
    Ok(())
}

#[test]
fn weights_that_are_set_to_what_they_are_change_no_bit() -> lava::Result<()> {
    let weights = Distribution::Normal { mean: 0.1, sd: 1.0 };
    for targets in [40, 40_000] {
        let it = projection(targets).weights(weights);
        let run = |sets: bool| -> lava::Result<ArrayD<f32>> {
            let spikes = Array2::from_shape_fn((STEPS, 6), |at| message(at.0, at.1) != 0);
            let net = network! { Loihi1SimCfg;
                input:  Source<Spike> = Source::data(spikes);
                sparse: Sparse        = Sparse::projection(it);
                output: Sink          = Sink::shape([targets]).steps(STEPS);
                input.s_out  -> sparse.s_in;
                sparse.a_out -> output.a_in;
            }?;
            for _ in 0..STEPS {
                net.run(RunSteps(1))?;
                if sets {
                    net.sparse.weights.set(net.sparse.weights.get()?)?;
                }
            }
            net.output.data.get()
        };
        assert!(run(true)? == run(false)?, "{targets} targets");
    }
    Ok(())
}

#[test]
fn a_reset_forgets_what_is_on_its_way() -> lava::Result<()> {
    let delayed = Projection::new(1, 1).delays(Distribution::Constant(3.0));
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data([[true], [false], [false], [false], [false], [false]]);
        sparse: Sparse        = Sparse::projection(delayed);
        output: Sink          = Sink::shape([1]).steps(6);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> output.a_in;
    }?;
    net.run(RunSteps(2))?;
    net.sparse.weights.set(5.0)?;
    net.reset()?;
    net.run(RunSteps(6))?;
    let arrived: Vec<f32> = net.output.data.get()?.into_iter().collect();
    assert_eq!(arrived, [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    Ok(())
}

#[test]
fn delays_that_are_set_apply_to_later_messages() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data([[true], [false], [true], [false], [false], [false]]);
        dense:  DelayDense    = DelayDense::weights([[1.0]]).delays(3).max_delay(4);
        output: Sink          = Sink::shape([1]).steps(6);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.run(RunSteps(2))?;
    net.dense.delays.set(0)?;
    net.dense.weights.set([[10.0]])?;
    net.run(RunSteps(4))?;
    let arrived = net.output.data.get()?.into_raw_vec_and_offset().0;
    assert_eq!(arr1(&arrived), arr1(&[0.0, 0.0, 0.0, 10.0, 1.0, 0.0]));
    Ok(())
}
