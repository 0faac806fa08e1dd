//! `source.RingBuffer` and `sink.RingBuffer`.

use anyhow::{Context, Result, ensure};
use lava::prelude::*;
use lava::proc::{Sink, Source};

use super::super::adapted_var::TimeLast;
use super::super::array::{check_size, time_first};
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{Number, Runs};
use super::{FIXED, Kind, Making, Model, REAL};

/// `lava.proc.io.source.RingBuffer`
pub(super) const SOURCE: Kind = Kind {
    name: "source.RingBuffer",
    args: &["data"],
    models: &[
        Model {
            name: "PySendModelFloat",
            tags: REAL,
            build: source::<f64>,
        },
        Model {
            name: "PySendModelFixed",
            tags: FIXED,
            build: source::<i32>,
        },
    ],
};

/// `lava.proc.io.sink.RingBuffer`
pub(super) const SINK: Kind = Kind {
    name: "sink.RingBuffer",
    args: &["shape", "buffer"],
    models: &[
        Model {
            name: "PyReceiveModelFloat",
            tags: REAL,
            build: sink::<f64>,
        },
        Model {
            name: "PyReceiveModelFixed",
            tags: FIXED,
            build: sink::<i32>,
        },
    ],
};

fn source<T: Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Source<T>: Runs,
{
    let data = time_first(making.required::<T>("data")?);
    ensure!(data.ndim() > 0, "argument `data` has no time axis");
    let source = making
        .net
        .add(Source::<T>::data(data).name(&making.process.name))?;
    Ok(Handle::new()
        .sends("s_out", &source.s_out)
        .holds("data", TimeLast(source.data)))
}

fn sink<T: Number + Carried>(making: &Making<'_>) -> Result<Handle>
where
    Sink<T>: Runs,
{
    let steps = making.whole("buffer")?.context("no argument `buffer`")?;
    let shape = making.shape("shape")?;
    check_size(&[&[steps], shape.as_slice()].concat())?;
    let sink = Sink::<T>::shape(shape).steps(steps);
    let sink = making.net.add(sink.name(&making.process.name))?;
    Ok(Handle::new()
        .receives("a_in", &sink.a_in)
        .records("data", TimeLast(sink.data)))
}
