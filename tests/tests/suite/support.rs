//! Networks, recordings and assertions that many tests use.

use lava::prelude::*;
use ndarray::Array2;

/// An empty network that simulates Loihi.
pub(crate) fn loihi() -> Network<Loihi1SimCfg> {
    Network::new()
}

/// Data for one neuron, one row a step.
pub(crate) fn column<T: Copy>(values: &[T]) -> Array2<T> {
    Array2::from_shape_fn((values.len(), 1), |(step, _)| values[step])
}

/// The numbers of an array in row-major order.
pub(crate) fn flat<T: Clone>(data: ArrayD<T>) -> Vec<T> {
    data.into_iter().collect()
}

/// Data for one neuron: `first`, then zeros, one row a step.
pub(crate) fn once<T: Copy + Default>(first: T, steps: usize) -> Array2<T> {
    let mut rows = Array2::from_elem((steps, 1), T::default());
    rows[[0, 0]] = first;
    rows
}

/// The steps in which `neuron` has fired.
pub(crate) fn steps_of(events: &[(u64, usize)], neuron: usize) -> Vec<u64> {
    let events = events.iter().filter(|(_, other)| *other == neuron);
    events.map(|(step, _)| *step).collect()
}

/// Runs a process on `inputs`, one number a step; returns probes of the members listed.
macro_rules! run {
    ($inputs:expr, $process:ty: $builder:expr, $port:ident, $($watched:ident),+) => {{
        let net = $crate::support::loihi();
        let source = net.add(lava::proc::Source::data($crate::support::column(&$inputs)))?;
        let process: $process = net.add($builder)?;
        source.s_out.connect(&process.$port)?;
        let probes = ($(net.probe(&process.$watched)?),+);
        net.run(RunSteps($inputs.len() as u64))?;
        net.stop()?;
        probes
    }};
}

/// Asserts that a result is an error whose text contains all of `words`.
#[track_caller]
pub(crate) fn fails<T>(result: lava::Result<T>, words: &[&str]) {
    let message = match result {
        Ok(_) => panic!("it worked, instead of an error with {words:?}"),
        Err(error) => error.to_string(),
    };
    for word in words {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
}

pub(crate) use run;
