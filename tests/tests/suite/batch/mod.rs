//! Batches: each sample has the bits of a run alone.

mod access;
mod networks;
mod refusals;

use lava::prelude::*;
use ndarray::{Array, ArrayD, Axis, Dimension, IxDyn};

/// Samples of a batch.
const SAMPLES: usize = 5;

/// The arrays that a run leaves, and the axis of samples of each in a batch.
type Results = Vec<(usize, ArrayD<f64>)>;

/// A network of a test, run with data of one sample or of all.
type Run<'a, T> =
    &'a dyn Fn(&ArrayD<T>, &dyn Fn(&Net) -> lava::Result<()>) -> lava::Result<Results>;

type Net = Network<Loihi1SimCfg>;

/// Fails unless each sample of a batch has the bits of a run alone, on any number of workers.
#[track_caller]
fn samples_are_runs_alone<T: Clone, D: Dimension>(
    data: Array<T, D>,
    run: Run<'_, T>,
) -> lava::Result<()> {
    let data = data.into_dyn();
    let alone = |net: &Net| net.set_workers(1);
    let expected: Vec<Results> = data
        .outer_iter()
        .map(|sample| run(&sample.to_owned(), &alone))
        .collect::<Result<_, _>>()?;
    let differ = |one: &ArrayD<f64>, other: &ArrayD<f64>| one != other;
    let is_varied = expected.windows(2).any(|pair| {
        let mut arrays = pair[0].iter().zip(&pair[1]);
        arrays.any(|((_, one), (_, other))| differ(one, other))
    });
    assert!(is_varied, "the samples are all the same");
    for (workers, shards) in [(1, None), (2, None), (3, Some(3))] {
        let batch = |net: &Net| {
            net.set_batch(SAMPLES)?;
            net.set_workers(workers)?;
            shards.map_or(Ok(()), |shards| net.set_shards(shards))
        };
        let found = run(&data, &batch)?;
        for (sample, expected) in expected.iter().enumerate() {
            assert_eq!(found.len(), expected.len());
            for (number, ((axis, found), (_, expected))) in found.iter().zip(expected).enumerate() {
                let found = found.index_axis(Axis(*axis), sample);
                assert_eq!(found.shape(), expected.shape(), "result {number}");
                let bits =
                    |array: Vec<f64>| array.into_iter().map(f64::to_bits).collect::<Vec<_>>();
                let found = bits(found.iter().copied().collect());
                let expected = bits(expected.iter().copied().collect());
                assert!(
                    found == expected,
                    "result {number} of sample {sample} on {workers} workers differs"
                );
            }
        }
    }
    Ok(())
}

/// Numbers that look random, from 0 to 1, of a shape.
fn numbers(shape: &[usize]) -> ArrayD<f64> {
    let mut state = 88_172_645_463_325_252_u64;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

/// Spikes with a probability that grows with the sample.
fn spikes(steps: usize, neurons: usize) -> ArrayD<bool> {
    let mut values = numbers(&[SAMPLES, steps, neurons]);
    for (sample, mut values) in values.outer_iter_mut().enumerate() {
        values /= (sample + 1) as f64;
    }
    values.mapv(|value| value < 0.1)
}

/// The state of a Var.
fn state<T: Into<f64> + lava::process::Element>(
    var: &Var<T>,
) -> lava::Result<(usize, ArrayD<f64>)> {
    Ok((0, var.get()?.mapv(Into::into)))
}

/// The rows of a probe.
fn rows<T: Into<f64> + Clone>(data: &ArrayD<T>) -> (usize, ArrayD<f64>) {
    (1, data.mapv(Into::into))
}

/// The rows of a probe of spikes.
fn fired(probe: &lava::monitor::SpikeProbe) -> (usize, ArrayD<f64>) {
    (1, probe.data().mapv(|fired| f64::from(u8::from(fired))))
}
