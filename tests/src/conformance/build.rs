//! From a trace to a network.

use std::collections::HashSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::config;
use super::file::{Action, Op, Process, RefConnection, Trace, Watched, member};
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
    /// If there is none.
    pub fn process(&self, name: &str) -> Result<&Handle> {
        let found = self.processes.iter().find(|(process, _)| process == name);
        let (_, handle) = found.with_context(|| format!("no process `{name}`"))?;
        Ok(handle)
    }

    /// Fails if a process would wait for the host in one of the next steps.
    ///
    /// # Errors
    /// Names the process that would wait for ever.
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
    /// If there is none.
    pub fn var(&self, path: &str) -> Result<&dyn AnyVar> {
        let (process, var) = member(path)?;
        self.process(process)?
            .var(var)
            .with_context(|| format!("`{process}`"))
    }

    /// The Var that is watched.
    ///
    /// # Errors
    /// If there is none.
    pub fn watched(&self, watched: Watched<'_>) -> Result<&dyn AnyVar> {
        let path = match watched {
            Watched::Var(path) | Watched::Any(path) => return self.var(path),
            Watched::VarPort(path) => path,
        };
        let (process, port) = member(path)?;
        self.process(process)?
            .offered(port)
            .with_context(|| format!("`{process}`"))
    }
}

/// The kinds, models and tags that the trace needs and the registry does not have, each once, in
/// order.
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
    let mut ops = trace
        .ref_connections
        .iter()
        .flat_map(|connection| &connection.ops);
    if ops.any(|op| matches!(op, Op::ConcatWith(_))) {
        miss("RefPorts that are joined".to_owned());
    }
    missing
}

/// Makes the processes and connects them.
///
/// # Errors
/// If the trace contradicts itself, or the network objects to it.
pub fn build(trace: &Trace, workers: Option<usize>) -> Result<Built> {
    let net = config::network(trace).map_err(anyhow::Error::msg)?;
    if let Some(workers) = workers {
        net.set_workers(workers)?;
    }
    let set = set_by_schedule(trace);
    let mut built = Built {
        net,
        processes: Vec::new(),
    };
    // Processes with RefPorts are made after the others.
    let (later, first): (Vec<_>, Vec<_>) = trace
        .processes
        .iter()
        .partition(|process| watched(trace, process).is_some());
    for process in first.into_iter().chain(later) {
        let making = Making {
            net: &built.net,
            process,
            inputs: &trace.inputs,
            set: &set,
            others: &built,
            watched: watched(trace, process),
        };
        let handle = make(&making, trace).with_context(|| format!("process `{}`", process.name))?;
        built.processes.push((process.name.clone(), handle));
    }
    connect(trace, &built)?;
    for connection in &trace.ref_connections {
        refer(&built, connection).with_context(|| format!("RefPort {}", connection.from))?;
    }
    Ok(built)
}

/// The member of another process that a process observes: the Var or VarPort of its RefPort, or
/// what a Monitor records.
fn watched<'a>(trace: &'a Trace, process: &'a Process) -> Option<Watched<'a>> {
    let mut connections = trace.ref_connections.iter();
    let connection = connections.find(|connection| connection.source().0 == process.name);
    let probe = || process.args.get("probe").and_then(Value::as_str);
    match connection {
        Some(connection) => connection.target(),
        None => probe().map(Watched::Any),
    }
}

fn refer(built: &Built, connection: &RefConnection) -> Result<()> {
    let (process, port) = connection.source();
    let target = connection.target();
    let target = target.context("connected neither to one Var nor to one VarPort")?;
    let reference = built.process(process)?.ref_port(port)?;
    built.watched(target)?.refer(reference, &connection.ops)
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
