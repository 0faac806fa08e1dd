//! From a trace to a network.

use std::collections::HashSet;

use anyhow::{Context, Result};

use super::config;
use super::file::{Action, Op, Process, Trace, member};
use super::handle::Handle;
use super::kinds::{Kind, Making, Model};
use super::port::Source;
use super::var::{AnyVar, Net};

/// A network and its processes by name.
pub struct Built {
    /// The network.
    pub net: Net,
    processes: Vec<(String, Handle)>,
}

impl Built {
    /// The process `name`.
    ///
    /// # Errors
    /// Where there is none.
    pub fn process(&self, name: &str) -> Result<&Handle> {
        let found = self.processes.iter().find(|(process, _)| process == name);
        let (_, handle) = found.with_context(|| format!("no process `{name}`"))?;
        Ok(handle)
    }

    /// Fails if a process would wait for the host in one of the next steps.
    ///
    /// # Errors
    /// Which process, and for what.
    pub fn can_run(&self, steps: usize) -> Result<()> {
        for (process, handle) in &self.processes {
            if let Ok(channel) = handle.channel() {
                channel
                    .can_run(steps)
                    .with_context(|| format!("`{process}`"))?;
            }
        }
        Ok(())
    }

    /// The Var `path`, `process.var`.
    ///
    /// # Errors
    /// Where there is none.
    pub fn var(&self, path: &str) -> Result<&dyn AnyVar> {
        let (process, var) = member(path)?;
        self.process(process)?
            .var(var)
            .with_context(|| format!("`{process}`"))
    }
}

/// What the registry does not have of what the trace needs, each thing once, in order.
pub fn unsupported(trace: &Trace) -> Vec<String> {
    let config = &trace.run_config;
    let mut missing = Vec::new();
    let mut miss = |what: String| {
        if !missing.contains(&what) {
            missing.push(what);
        }
    };
    if !matches!(config.class.as_str(), "Loihi1SimCfg" | "Loihi2SimCfg") {
        miss(format!("run configuration {}", config.class));
    }
    for process in &trace.processes {
        if let Err(what) = Model::select(process, config) {
            miss(what);
        }
    }
    if let Err(what) = config::network(trace) {
        miss(what);
    }
    if !trace.ref_connections.is_empty() {
        miss("RefPorts".to_owned());
    }
    missing
}

/// Makes the processes and connects them.
///
/// # Errors
/// Where the trace contradicts itself, or the network objects to it.
pub fn build(trace: &Trace, workers: Option<usize>) -> Result<Built> {
    let net = config::network(trace).map_err(anyhow::Error::msg)?;
    if let Some(workers) = workers {
        net.set_workers(workers)?;
    }
    let set = set_by_schedule(trace);
    let make = |process: &Process| {
        let making = Making {
            net: &net,
            process,
            inputs: &trace.inputs,
            set: &set,
        };
        let handle = make(&making, trace).with_context(|| format!("process `{}`", process.name))?;
        Ok((process.name.clone(), handle))
    };
    let processes = trace.processes.iter().map(make).collect::<Result<_>>()?;
    let built = Built { net, processes };
    connect(trace, &built)?;
    Ok(built)
}

/// The Vars that the schedule sets.
fn set_by_schedule(trace: &Trace) -> HashSet<&str> {
    let values = trace.schedule.iter().filter_map(|action| match action {
        Action::Set(values) => Some(values),
        _ => None,
    });
    values
        .flat_map(|values| values.keys().map(String::as_str))
        .collect()
}

fn make(making: &Making<'_>, trace: &Trace) -> Result<Handle> {
    let model = Model::select(making.process, &trace.run_config).map_err(anyhow::Error::msg)?;
    let kind = Kind::of(making.process).context("unknown kind")?;
    making.check_args(kind.args)?;
    (model.build)(making)
}

/// Connects port by port, so that each knows everything that reaches it.
fn connect(trace: &Trace, built: &Built) -> Result<()> {
    let mut reached: Vec<(&str, Vec<Source>)> = Vec::new();
    for connection in &trace.connections {
        let source = source(built, &connection.from, &connection.ops)
            .with_context(|| format!("connection {} -> {}", connection.from, connection.to))?;
        match reached.iter_mut().find(|(to, _)| *to == connection.to) {
            Some((_, sources)) => sources.push(source),
            None => reached.push((&connection.to, vec![source])),
        }
    }
    for (to, sources) in reached {
        let (process, port) = member(to)?;
        let target = built
            .process(process)
            .and_then(|process| process.in_port(port));
        target
            .and_then(|target| target.connect_from(&sources, &built.net, to))
            .with_context(|| format!("connections to {to}"))?;
    }
    Ok(())
}

fn source(built: &Built, from: &str, ops: &[Op]) -> Result<Source> {
    let find = |path: &str| -> Result<Source> {
        let (process, port) = member(path)?;
        Ok(built.process(process)?.out_port(port)?.clone())
    };
    find(from)?.through(ops, &find)
}
