//! The file format: what a trace says, as it says it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A recorded network: what it is, what was done with it, and what it did.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// The name of the file without its extension.
    pub name: String,
    /// The subject of the trace.
    #[serde(default)]
    pub covers: String,
    /// The version of Lava that it was recorded from.
    #[serde(default)]
    pub lava_version: String,
    /// The version of NumPy that Lava used.
    #[serde(default)]
    pub numpy_version: String,
    /// The selection of models.
    pub run_config: RunConfig,
    /// The steps of all runs together.
    pub num_steps: usize,
    /// The actions of the host, in order.
    pub schedule: Vec<Action>,
    /// The processes.
    pub processes: Vec<Process>,
    /// The connections between their ports.
    pub connections: Vec<Connection>,
    /// Connections of RefPorts.
    #[serde(default)]
    pub ref_connections: Vec<RefConnection>,
    /// The behaviour of processes that are not Lava's own, in words.
    #[serde(default)]
    pub custom_processes: Map<String, Value>,
    /// Arrays that arguments refer to.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Per step, what sinks recorded and Vars were.
    #[serde(default)]
    pub expected: Map<String, Value>,
    /// The results of each `get` and `receive`.
    #[serde(default)]
    pub expected_events: Vec<Map<String, Value>>,
    /// Vars after the last step.
    #[serde(default)]
    pub expected_final: Map<String, Value>,
    /// For each key of `expected`, and of `expected_final` with ` (final)`.
    #[serde(default)]
    pub expected_types: BTreeMap<String, Numbers>,
    /// The tolerance of comparisons.
    pub tolerance: Tolerances,
    /// Remarks.
    #[serde(default)]
    pub notes: String,
    /// The random numbers that were drawn.
    #[serde(default)]
    pub rng: Value,
}

/// The selection of models.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// `Loihi1SimCfg` or another class of Lava's.
    pub class: String,
    /// The tag that models must have, if any.
    pub select_tag: Option<String>,
    /// Prefers models made of processes; without effect on processes that have none.
    #[serde(default)]
    pub select_sub_proc_model: bool,
    /// Models by process or kind, whatever the tag.
    #[serde(default)]
    pub exception_proc_model_map: BTreeMap<String, String>,
}

/// An action of the host between runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Runs some steps.
    Run(usize),
    /// Sets Vars, `process.var`.
    Set(Map<String, Value>),
    /// Reads Vars.
    Get(Vec<String>),
    /// Puts items into Injectors: lists of them by process.
    Send(Map<String, Value>),
    /// Takes items from Extractors: how many by process.
    Receive(BTreeMap<String, usize>),
}

/// A process.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its name.
    pub name: String,
    /// Its kind: `LIF`.
    pub kind: String,
    /// The path of its class; `custom.` if it is not Lava's own.
    pub class: String,
    /// The arguments of its constructor.
    #[serde(default)]
    pub args: Map<String, Value>,
}

/// A connection.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The out-port, `process.port`.
    pub from: String,
    /// The in-port.
    pub to: String,
    /// The operators that a message passes, in order.
    #[serde(default)]
    pub ops: Vec<Op>,
}

/// A connection of a RefPort.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefConnection {
    /// The RefPort, `process.port`, or a process that has one.
    pub from: String,
    /// The Var that it is connected to,
    pub to_var: Option<String>,
    /// or the VarPort.
    pub to_var_port: Option<String>,
    /// The operators through which the port is seen, in order.
    #[serde(default)]
    pub ops: Vec<Op>,
}

/// A member of another process, as `process.member`.
#[derive(Clone, Copy)]
pub enum Watched<'a> {
    /// A Var.
    Var(&'a str),
    /// A VarPort.
    VarPort(&'a str),
    /// A Var or an OutPort.
    Any(&'a str),
}

impl RefConnection {
    /// The process and, where it is said, its RefPort.
    pub fn source(&self) -> (&str, Option<&str>) {
        match self.from.rsplit_once('.') {
            Some((process, port)) => (process, Some(port)),
            None => (&self.from, None),
        }
    }

    /// The target of the RefPort; `None` if it is not one thing.
    pub fn target(&self) -> Option<Watched<'_>> {
        match (&self.to_var, &self.to_var_port) {
            (Some(var), None) => Some(Watched::Var(var)),
            (None, Some(port)) => Some(Watched::VarPort(port)),
            _ => None,
        }
    }
}

/// A virtual port.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// The same elements in another shape.
    Reshape(Reshape),
    /// All elements in one axis.
    Flatten(Flatten),
    /// The axes in another order.
    Transpose(Transpose),
    /// Joined with other ports.
    ConcatWith(ConcatWith),
}

/// The same elements in another shape.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reshape {
    /// That shape.
    pub new_shape: Vec<usize>,
}

/// All elements in one axis.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flatten {}

/// The axes in another order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transpose {
    /// That order; none reverses it.
    pub axes: Option<Vec<isize>>,
}

/// Joined with other ports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcatWith {
    /// The ports, `process.port`, in order.
    pub ports: Vec<String>,
    /// The axis along which they follow; negative ones count from the last.
    pub axis: isize,
}

/// The numbers that a Var holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// Whole ones.
    Int,
    /// Any.
    Float,
}

/// The tolerance of comparisons: `exact`, or `rtol 1e-9, atol 1e-12`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerances {
    /// For whole numbers.
    pub int: String,
    /// For the others.
    pub float: String,
}

impl Trace {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is not JSON, or has a key too many or too few.
    pub fn read(path: &Path) -> Result<Trace> {
        Trace::parse(&std::fs::read_to_string(path).context("cannot be read")?)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// If it is not JSON, or has a key too many or too few.
    pub fn parse(text: &str) -> Result<Trace> {
        serde_json::from_str(text).context("malformed")
    }
}

/// `process.member` in its two parts.
///
/// # Errors
/// If it has no dot.
pub fn member(path: &str) -> Result<(&str, &str)> {
    path.rsplit_once('.')
        .with_context(|| format!("`{path}` is not of the form process.member"))
}
