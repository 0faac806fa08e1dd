//! Networks, recordings and assertions that many tests use.

use ndarray::{Array2, ArrayD};

/// A column for one neuron.
pub(crate) fn column<T: Copy>(values: &[T]) -> Array2<T> {
    Array2::from_shape_fn((values.len(), 1), |(step, _)| values[step])
}

/// The numbers of an array in row-major order.
pub(crate) fn flat<T: Clone>(data: ArrayD<T>) -> Vec<T> {
    data.into_iter().collect()
}

/// Runs a process on `inputs`, one number a step; returns probes of the members listed.
macro_rules! run {
    ($inputs:expr, $process:ty: $builder:expr, $port:ident, $($watched:ident),+) => {{
        let net = Network::<Loihi1SimCfg>::new();
        let source = net.add(lava::proc::Source::data($crate::common::column(&$inputs)))?;
        let process: $process = net.add($builder)?;
        source.s_out.connect(&process.$port)?;
        let probes = ($(net.probe(&process.$watched)?),+);
        net.run(RunSteps($inputs.len() as u64))?;
        net.stop()?;
        probes
    }};
}

/// Asserts that a result is an error that says all of this.
#[track_caller]
pub(crate) fn fails(result: lava::Result<()>, words: &[&str]) {
    let message = result.expect_err("it should not work").to_string();
    for word in words {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
}

pub(crate) use run;
