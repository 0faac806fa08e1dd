//! Plays the schedule of a trace and keeps what it is compared by.

use anyhow::{Context, Result, ensure};
use lava::prelude::RunSteps;
use ndarray::ArrayD;

use super::array;
use super::build::Built;
use super::file::{Action, Trace, member};
use super::var::{AnyVar, Rows};

/// The record of a run.
pub struct Played {
    /// For each key of `expected`.
    pub series: Vec<Series>,
    /// For each `get` and `receive`.
    pub gets: Vec<Get>,
    /// For each key of `expected_final`.
    pub finals: Vec<Value>,
    /// Number of steps that were run.
    pub steps: usize,
}

/// The values of a Var in the course of time.
pub struct Series {
    /// The values, time first.
    pub value: Value,
    /// `true` for the rows of a ring buffer, `false` for one row a step.
    pub buffer: bool,
}

/// The result of one `get`, or `receive`.
pub struct Get {
    /// The step after which it happened.
    pub after: usize,
    /// The values.
    pub values: Vec<Value>,
}

/// The value of a Var.
pub struct Value {
    /// `process.var`
    pub path: String,
    /// In Lava's layout, but for a [`Series`].
    pub array: ArrayD<f64>,
    /// `true` if the Var holds whole numbers.
    pub whole: bool,
}

impl Value {
    fn of(path: &str, var: &dyn AnyVar) -> Result<Value> {
        Ok(Value {
            path: path.to_owned(),
            array: var.get()?,
            whole: var.whole(),
        })
    }
}

/// Plays the schedule.
///
/// # Errors
/// If a Var does not exist or does not take a value, or the network fails.
pub fn play(trace: &Trace, built: &Built) -> Result<Played> {
    check_steps(trace)?;
    let probes = probes(trace, built)?;
    let (mut steps, mut gets) = (0, Vec::new());
    for action in &trace.schedule {
        match action {
            // In Lava, models start in the first step; here, when the network is compiled. What
            // is set before the first step is therefore an initial value in both.
            Action::Run(0) => {}
            Action::Run(n) => {
                built.can_run(*n)?;
                built.net.run(RunSteps(*n as u64))?;
                steps += n;
            }
            Action::Set(values) => {
                for (path, value) in values {
                    let value = array::parse(value).with_context(|| format!("set {path}"))?;
                    built.var(path)?.set(&value)?;
                }
            }
            Action::Get(paths) => {
                let read = |path: &String| Value::of(path, built.var(path)?);
                let values = paths.iter().map(read).collect::<Result<_>>()?;
                gets.push(Get {
                    after: steps,
                    values,
                });
            }
            Action::Send(items) => {
                for (process, items) in items {
                    let items = array::parse(items).with_context(|| format!("send {process}"))?;
                    built.process(process)?.channel()?.send(&items)?;
                }
            }
            Action::Receive(counts) => {
                let receive = |(process, count): (&String, &usize)| {
                    let array = built.process(process)?.channel()?.receive(*count)?;
                    Ok(Value {
                        path: process.clone(),
                        array,
                        whole: false,
                    })
                };
                let values = counts.iter().map(receive).collect::<Result<_>>()?;
                gets.push(Get {
                    after: steps,
                    values,
                });
            }
        }
    }
    built.net.compile()?;
    let series = probes.into_iter().map(|probe| probe.series(built));
    let read = |path: &String| Value::of(path, built.var(path)?);
    Ok(Played {
        series: series.collect::<Result<_>>()?,
        gets,
        finals: trace
            .expected_final
            .keys()
            .map(read)
            .collect::<Result<_>>()?,
        steps,
    })
}

/// A trace that contradicts itself is found out before it runs.
fn check_steps(trace: &Trace) -> Result<()> {
    let runs = trace.schedule.iter().map(|action| match action {
        Action::Run(steps) => *steps,
        _ => 0,
    });
    let (said, steps) = (trace.num_steps, runs.fold(0, usize::saturating_add));
    ensure!(
        said == steps,
        "num_steps is {said}, the schedule runs {steps}"
    );
    Ok(())
}

/// The way to the values of a Var in the course of time.
struct Probe<'a> {
    path: &'a str,
    /// Nothing for a ring buffer, which keeps them itself.
    rows: Option<Rows>,
}

fn probes<'a>(trace: &'a Trace, built: &Built) -> Result<Vec<Probe<'a>>> {
    let probe = |path: &'a String| {
        let (process, var) = member(path)?;
        let rows = if built.process(process)?.is_buffer(var) {
            None
        } else {
            Some(built.var(path)?.probe(&built.net)?)
        };
        Ok(Probe { path, rows })
    };
    trace.expected.keys().map(probe).collect()
}

impl Probe<'_> {
    fn series(self, built: &Built) -> Result<Series> {
        let var = built.var(self.path)?;
        let array = match &self.rows {
            Some(rows) => rows(),
            None => array::time_first(var.get()?),
        };
        let value = Value {
            path: self.path.to_owned(),
            array,
            whole: var.whole(),
        };
        Ok(Series {
            value,
            buffer: self.rows.is_none(),
        })
    }
}
