//! `SpikeDataloader` and `StateDataloader`.

use std::sync::Arc;

use anyhow::Result;
use lava::prelude::*;
use lava::proc::io::{SpikeDataloader, StateDataloader};
use ndarray::ArrayD;

use super::super::adapted_var::TimeLast;
use super::super::array::time_first;
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Number, Runs, numbers};
use super::{ANY, FIXED, Kind, Making, Model, REAL};

/// `lava.proc.io.dataloader.SpikeDataloader`
pub(super) const SPIKE_DATALOADER: Kind = Kind {
    name: "SpikeDataloader",
    args: &["dataset", "interval", "offset"],
    models: &[
        Model {
            name: "PySpikeModelFixed",
            tags: FIXED,
            build: loader::<i32>,
        },
        Model {
            name: "PySpikeModelFloat",
            tags: REAL,
            build: loader::<f64>,
        },
    ],
};

/// `lava.proc.io.dataloader.StateDataloader`
pub(super) const STATE_DATALOADER: Kind = Kind {
    name: "StateDataloader",
    args: &["dataset", "interval", "offset"],
    models: &[Model {
        name: "StateLoaderModel",
        tags: ANY,
        build: |making| match making.referred()?.whole() {
            true => state_loader::<i32>(making),
            false => state_loader::<f64>(making),
        },
    }],
};

/// Samples, reordered, with their labels.
fn dataset<T: Number>(
    making: &Making<'_>,
    order: fn(ArrayD<T>) -> ArrayD<T>,
) -> Result<Vec<(ArrayD<T>, ArrayD<f64>)>> {
    let pairs = making.pairs("dataset")?.into_iter();
    pairs
        .map(|(sample, label)| Ok((order(numbers(&sample)?), label_of(label))))
        .collect()
}

fn state_loader<T: Number>(making: &Making<'_>) -> Result<Handle>
where
    StateDataloader<T, f64>: Runs,
{
    let dataset = Arc::new(dataset::<T>(making, |sample| sample)?);
    let loader = StateDataloader::<T, f64>::dataset(dataset)
        .interval(making.whole_or("interval", 1)?)
        .offset(making.whole_or("offset", 0)?)
        .name(&making.process.name);
    let loader = making.net.add(loader)?;
    Ok(Handle::new()
        .sends("ground_truth", &loader.ground_truth)
        .refers("state", &loader.state))
}

/// Labels are floating-point numbers whatever the samples are.
fn loader<T: Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    SpikeDataloader<T, f64>: Runs,
    Var<T>: AnyVar,
{
    let dataset = dataset::<T>(making, time_first)?;
    let loader = SpikeDataloader::<T, f64>::dataset(Arc::new(dataset))
        .interval(making.whole_or("interval", 1)?)
        .offset(making.whole_or("offset", 0)?)
        .name(&making.process.name);
    let loader = making.net.add(loader)?;
    Ok(Handle::new()
        .sends("s_out", &loader.s_out)
        .sends("ground_truth", &loader.ground_truth)
        .holds("data", TimeLast(loader.data)))
}

/// A single number is an array of one.
fn label_of(label: ArrayD<f64>) -> ArrayD<f64> {
    match label.first() {
        Some(&single) if label.ndim() == 0 => ndarray::arr1(&[single]).into_dyn(),
        _ => label,
    }
}
