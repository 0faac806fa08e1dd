//! `Monitor`, for which the library has probes.

use anyhow::{Context as _, Result, bail};
use lava::prelude::*;
use lava::proc::Sink;
use ndarray::{Axis, IxDyn, Slice};

use super::super::adapted_var::TimeLast;
use super::super::array::{check_size, time_last};
use super::super::file::{Watched, member};
use super::super::handle::Handle;
use super::super::port::Carried;
use super::super::var::{AnyVar, Net, Rows};
use super::{ANY, Kind, Making, Model};

/// `lava.proc.monitor.process.Monitor`
pub(super) const MONITOR: Kind = Kind {
    name: "Monitor",
    args: &["probe", "num_steps"],
    models: &[Model {
        name: "PyMonitorModel",
        tags: ANY,
        build: monitor,
    }],
};

fn monitor(making: &Making<'_>) -> Result<Handle> {
    let Some(Watched::Any(path)) = making.watched else {
        bail!("no argument `probe`");
    };
    let steps: usize = making
        .whole("num_steps")?
        .context("no argument `num_steps`")?;
    let (process, port) = member(path)?;
    let Ok(source) = making.others.process(process)?.out_port(port) else {
        let var = making.others.var(path)?;
        check_size(&[&[steps], var.get()?.shape()].concat())?;
        let recorded = Recorded {
            rows: var.probe(making.net)?,
            whole: var.whole(),
            steps,
        };
        return Ok(Handle::new().records("data", recorded));
    };
    check_size(&[&[steps], source.shape()].concat())?;
    let sink = Sink::<f64>::shape(source.shape()).steps(steps);
    let sink = making.net.add(sink.name(&making.process.name))?;
    let target = f64::target(&sink.a_in);
    target.connect_from(std::slice::from_ref(source), making.net, path)?;
    Ok(Handle::new().records("data", TimeLast(sink.data)))
}

/// A recording as Lava keeps it: with zeros for the steps to come.
struct Recorded {
    rows: Rows,
    whole: bool,
    steps: usize,
}

impl AnyVar for Recorded {
    fn whole(&self) -> bool {
        self.whole
    }

    fn get(&self) -> Result<ArrayD<f64>> {
        let rows = (self.rows)();
        let mut shape = rows.shape().to_vec();
        let run = shape[0].min(self.steps);
        shape[0] = self.steps;
        let mut data = ArrayD::zeros(IxDyn(&shape));
        let run = Slice::from(..run);
        data.slice_axis_mut(Axis(0), run)
            .assign(&rows.slice_axis(Axis(0), run));
        Ok(time_last(data))
    }

    fn set(&self, _: &ArrayD<f64>) -> Result<()> {
        bail!("what a Monitor recorded is set")
    }

    fn probe(&self, _: &Net) -> Result<Rows> {
        bail!("a Monitor is recorded")
    }
}
