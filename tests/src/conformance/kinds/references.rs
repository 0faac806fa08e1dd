//! `Reset`, `Read` and `BitCheck`: what reads and writes the Vars of other processes.

use anyhow::{Context as _, Result};
use lava::prelude::*;
use lava::proc::io::{BitCheck, Read, Reset};

use super::super::adapted_var::{AtMostOne, TimeLast};
use super::super::array::check_size;
use super::super::handle::Handle;
use super::super::var::{AnyVar, Number, Runs};
use super::{ANY, FIXED, Kind, Making, Model};

/// `lava.proc.io.reset.Reset`
pub(super) const RESET: Kind = Kind {
    name: "Reset",
    args: &["reset_value", "interval", "offset"],
    models: &[Model {
        name: "PyResetModel",
        tags: ANY,
        build: |making| match making.referred()?.whole() {
            true => reset::<i32>(making),
            false => reset::<f64>(making),
        },
    }],
};

/// `lava.proc.io.sink.Read`
pub(super) const READ: Kind = Kind {
    name: "Read",
    args: &["buffer", "interval", "offset"],
    models: &[Model {
        name: "PyReadModel",
        tags: ANY,
        build: |making| match making.referred()?.whole() {
            true => read::<i32>(making),
            false => read::<f64>(making),
        },
    }],
};

/// `lava.proc.bit_check.process.BitCheck`
pub(super) const BIT_CHECK: Kind = Kind {
    name: "BitCheck",
    // The first two are for what it prints.
    args: &["layerid", "debug", "bits"],
    models: &[Model {
        name: "LoihiBitCheckModel",
        tags: FIXED,
        build: |making| {
            let check = BitCheck::shape(shape(making)?)
                .bits(making.whole_or("bits", 24)?)
                .name(&making.process.name);
            let check = making.net.add(check)?;
            Ok(Handle::new()
                .refers("state", &check.state)
                .holds("_overflowed", AtMostOne(check.overflows)))
        },
    }],
};

/// The shape of the Var that the process refers to.
fn shape(making: &Making<'_>) -> Result<Vec<usize>> {
    Ok(making.referred()?.get()?.shape().to_vec())
}

fn reset<T: Number>(making: &Making<'_>) -> Result<Handle>
where
    Reset<T>: Runs,
{
    let reset = Reset::<T>::shape(shape(making)?)
        .reset_value(making.values("reset_value", T::default())?)
        .interval(making.whole_or("interval", 1)?)
        .offset(making.whole_or("offset", 0)?)
        .name(&making.process.name);
    let reset = making.net.add(reset)?;
    Ok(Handle::new().refers("state", &reset.state))
}

fn read<T: Number>(making: &Making<'_>) -> Result<Handle>
where
    Read<T>: Runs,
    Var<T>: AnyVar,
{
    let (shape, buffer) = (shape(making)?, making.whole("buffer")?);
    let buffer = buffer.context("no argument `buffer`")?;
    check_size(&[&[buffer], shape.as_slice()].concat())?;
    let read = Read::<T>::shape(shape)
        .buffer(buffer)
        .interval(making.whole_or("interval", 1)?)
        .offset(making.whole_or("offset", 0)?)
        .name(&making.process.name);
    let read = making.net.add(read)?;
    Ok(Handle::new()
        .refers("state", &read.state)
        .holds("data", TimeLast(read.data)))
}
