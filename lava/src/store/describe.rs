//! The description of a network: its processes, with what they were built with, and their connections.

use lava_core::data::{Dims, IndexMap};

use super::error::StoreError;
use super::registry::{self, RegisteredProcess};
use super::types::type_name;
use crate::graph::{Edge, Exports, Graph, Implementation, PortId, ProcessDecl, SourceRef};
use crate::model::Timing;
use crate::process::{Declaration, MemberKind, PortIndex};
use crate::schema::{Storable, StoredArray, StoredValue, ValueError};

/// The configuration of a network.
pub(super) struct Configuration {
    pub(super) chip: Option<&'static str>,
    pub(super) seed: u64,
    pub(super) dt: Option<f64>,
}

/// The description of a network.
pub(super) fn describe(
    graph: &Graph,
    configuration: &Configuration,
) -> Result<StoredValue, StoreError> {
    let mut types = Vec::new();
    let mut processes = Vec::new();
    for (_, decl) in graph.processes().filter(|(_, decl)| is_there(decl)) {
        let registered = registered(decl)?;
        let name = registered.name.to_owned();
        if !types.iter().any(|(known, _)| *known == name) {
            types.push((name, schema(&registered.declaration)));
        }
        processes.push((decl.name.to_string(), process(graph, decl, registered)?));
    }
    let whole = |number: Option<usize>| option(number.map(|number| number as i128));
    let configuration = StoredValue::table([
        ("run_configuration", text_or_nothing(configuration.chip)),
        ("seed", StoredValue::Integer(configuration.seed.into())),
        (
            "dt",
            configuration
                .dt
                .map_or(StoredValue::Nothing, StoredValue::Number),
        ),
        ("workers", whole(graph.workers)),
        ("shards", whole(graph.shards)),
        ("batch", whole(graph.batch.get())),
        ("memory_limit", option(graph.memory_limit.map(i128::from))),
    ]);
    Ok(StoredValue::table([
        ("library", text(concat!("lava ", env!("CARGO_PKG_VERSION")))),
        ("configuration", configuration),
        ("types", StoredValue::Table(types)),
        ("processes", StoredValue::Table(processes)),
        ("connections", StoredValue::List(connections(graph))),
        ("references", StoredValue::List(references(graph))),
    ]))
}

/// Returns `true` unless the process was removed.
fn is_there(decl: &ProcessDecl) -> bool {
    !decl.name.is_empty()
}

fn text(text: impl Into<String>) -> StoredValue {
    StoredValue::Text(text.into())
}

fn option(number: Option<i128>) -> StoredValue {
    number.map_or(StoredValue::Nothing, StoredValue::Integer)
}

fn text_or_nothing(value: Option<&str>) -> StoredValue {
    value.map_or(StoredValue::Nothing, text)
}

fn shape(dims: &Dims) -> StoredValue {
    let extents = dims.as_slice().iter();
    StoredValue::List(
        extents
            .map(|extent| StoredValue::Integer(*extent as i128))
            .collect(),
    )
}

/// The type of a process by which files name it.
fn registered(decl: &ProcessDecl) -> Result<&'static RegisteredProcess, StoreError> {
    let registered = decl.built.type_id.and_then(registry::process_of);
    registered.ok_or_else(|| StoreError::Unstorable {
        part: decl.name.to_string(),
        what: format!(
            "the process `{0}` is not registered with these type parameters; write `lava::register_process!({0})` in the crate that declares it",
            decl.kind
        ),
    })
}

/// The members of a process type.
pub(super) fn schema(declaration: &Declaration) -> StoredValue {
    let members = declaration.members.iter();
    StoredValue::Table(
        members
            .map(|member| {
                let mut said = vec![
                    ("kind".to_owned(), text(kind_text(member.kind))),
                    ("type".to_owned(), text(type_name(member))),
                ];
                for (flag, is_set) in [("scalar", member.scalar), ("required", member.required)] {
                    if is_set {
                        said.push((flag.to_owned(), StoredValue::Bool(true)));
                    }
                }
                (member.name.to_owned(), StoredValue::Table(said))
            })
            .collect(),
    )
}

fn kind_text(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::InPort => "in-port",
        MemberKind::OutPort => "out-port",
        MemberKind::RefPort => "ref-port",
        MemberKind::VarPort => "Var-port",
        MemberKind::Var => "Var",
        MemberKind::Param => "parameter",
    }
}

/// The timing in words.
pub(super) fn timing_text(timing: Timing) -> &'static str {
    match timing {
        Timing::Lockstep => "lockstep",
        Timing::Async => "asynchronous",
        Timing::Detached => "detached",
    }
}

fn process(
    graph: &Graph,
    decl: &ProcessDecl,
    registered: &RegisteredProcess,
) -> Result<StoredValue, StoreError> {
    let mut said = vec![("type".to_owned(), text(registered.name))];
    let mut say = |name: &str, value| said.push((name.to_owned(), value));
    if let Some(parent) = decl.parent {
        say("inside", text(&*graph.process(parent).name));
    }
    if let Some(dims) = &decl.built.given.shape {
        say("shape", shape(dims));
    }
    match &decl.implementation {
        Implementation::Model(spec) => {
            let mut models = (registered.models)().into_iter();
            if !models.any(|model| model.type_id == spec.type_id) {
                return Err(StoreError::Unstorable {
                    part: decl.name.to_string(),
                    what: format!(
                        "its model `{1}` is not registered; write `lava::register_process!({0}: [{1}])`",
                        decl.kind, spec.model
                    ),
                });
            }
            say("model", text(spec.model));
            say("timing", text(timing_text(spec.timing)));
        }
        Implementation::Composite(exports) => say("exports", self::exports(graph, decl, exports)),
        Implementation::Reserved | Implementation::Pending => {}
    }
    say("ports", ports(decl));
    say("vars", StoredValue::Table(vars(decl)?));
    say(
        "parameters",
        StoredValue::Table(parameters(decl, registered)?),
    );
    Ok(StoredValue::Table(said))
}

/// The shapes of ports, and the rules of Vars, which reading compares.
pub(super) fn ports(decl: &ProcessDecl) -> StoredValue {
    let inputs = decl.in_ports.iter();
    let inputs = inputs.map(|port| (port.name, port.extents.sample()));
    let outputs = decl.out_ports.iter();
    let outputs = outputs.map(|port| (port.name, port.extents.sample()));
    let references = decl.ref_ports.iter().map(|port| (port.name, &port.dims));
    let all = inputs.chain(outputs).chain(references);
    StoredValue::Table(
        all.map(|(name, dims)| (name.to_owned(), shape(dims)))
            .collect(),
    )
}

fn unstorable(decl: &ProcessDecl, member: &str, error: &ValueError) -> StoreError {
    StoreError::Unstorable {
        part: decl.label(member),
        what: error.to_string(),
    }
}

fn vars(decl: &ProcessDecl) -> Result<Vec<(String, StoredValue)>, StoreError> {
    let mut vars = Vec::new();
    for var in &decl.vars {
        let is_given = decl.built.given.members.contains(&var.name());
        let stored = match registry::stored_values(var.core()) {
            Some(stored) => stored.map(Some),
            None => var.stored(is_given),
        };
        let stored = stored.map_err(|error| unstorable(decl, var.name(), &error))?;
        vars.extend(stored.map(|value| (var.name().to_owned(), value)));
    }
    Ok(vars)
}

/// The parameters. One that has its default, and a type that no file can hold, is left out.
fn parameters(
    decl: &ProcessDecl,
    registered: &RegisteredProcess,
) -> Result<Vec<(String, StoredValue)>, StoreError> {
    let mut parameters = Vec::new();
    for member in registered.declaration.members {
        let param = decl.members.iter().find(|(name, _)| *name == member.name);
        let (MemberKind::Param, Some((name, param))) = (member.kind, param) else {
            continue;
        };
        let stored = match member.type_id.and_then(registry::parameter_of) {
            Some(parameter) => parameter.store(&**param),
            None if !decl.built.given.members.contains(name) => continue,
            None => Err(ValueError::new(format!(
                "a parameter of type `{0}` has no place in a file; if it is data, write `lava::register_parameter!({0})`, and a closure, channel or data set is given again by the program that reads the network",
                member.element
            ))),
        };
        let stored = stored.map_err(|error| unstorable(decl, name, &error))?;
        parameters.push(((*name).to_owned(), stored));
    }
    Ok(parameters)
}

fn exports(graph: &Graph, decl: &ProcessDecl, exports: &Exports) -> StoredValue {
    let mut said = Vec::new();
    for (port, inner) in decl.in_ports.iter().zip(&exports.in_ports) {
        let inner = inner.iter().map(|port| text(graph.in_label(*port)));
        said.push((port.name.to_owned(), StoredValue::List(inner.collect())));
    }
    for (port, inner) in decl.out_ports.iter().zip(&exports.out_ports) {
        let inner = inner.iter().map(|source| self::source(graph, source));
        said.push((port.name.to_owned(), StoredValue::List(inner.collect())));
    }
    for (port, inner) in decl.ref_ports.iter().zip(&exports.ref_ports) {
        let inner = inner.iter().map(|port| text(graph.ref_label(*port)));
        said.push((port.name.to_owned(), StoredValue::List(inner.collect())));
    }
    for var in &decl.vars {
        if let Some((process, inner)) = var.alias() {
            let inner = graph.process(process).label(inner);
            said.push((var.name().to_owned(), text(inner)));
        }
    }
    StoredValue::Table(said)
}

/// An out-port that a composite process exports.
fn source(graph: &Graph, source: &SourceRef) -> StoredValue {
    let mut said = vec![("from".to_owned(), text(graph.out_label(source.port)))];
    say_delay(&mut said, source.delay);
    say_map(&mut said, &source.map);
    say_queue(&mut said, source.async_options);
    StoredValue::Table(said)
}

fn say_delay(said: &mut Vec<(String, StoredValue)>, delay: usize) {
    if delay > 0 {
        said.push(("delay".to_owned(), StoredValue::Integer(delay as i128)));
    }
}

/// The first position of elements that lie one behind the other, or all positions.
fn say_map(said: &mut Vec<(String, StoredValue)>, map: &IndexMap) {
    match map {
        IndexMap::Offset(0) => {}
        IndexMap::Offset(first) => {
            said.push(("first".to_owned(), StoredValue::Integer(*first as i128)));
        }
        IndexMap::Table(table) => {
            let array = StoredArray::new(&[table.len()], table.iter());
            said.push(("elements".to_owned(), StoredValue::Array(array)));
        }
    }
}

fn say_queue(said: &mut Vec<(String, StoredValue)>, options: crate::graph::AsyncOptions) {
    if let Some(capacity) = options.capacity {
        said.push(("queue".to_owned(), StoredValue::Integer(capacity as i128)));
    }
    if options.waits {
        said.push(("waits".to_owned(), StoredValue::Bool(true)));
    }
}

fn connections(graph: &Graph) -> Vec<StoredValue> {
    let connection = |edge: &Edge| {
        let mut said = vec![
            ("from".to_owned(), text(graph.out_label(edge.from))),
            ("to".to_owned(), text(graph.in_label(edge.to))),
        ];
        say_delay(&mut said, edge.delay);
        say_map(&mut said, &edge.map);
        say_queue(&mut said, edge.async_options);
        if !edge.factory.is_identity() {
            said.push(("cast".to_owned(), StoredValue::Bool(true)));
        }
        StoredValue::Table(said)
    };
    graph.edges.iter().map(connection).collect()
}

fn references(graph: &Graph) -> Vec<StoredValue> {
    let links = graph.var_edges.iter().map(|link| {
        let to = graph.process(link.to).label(link.var);
        let mut said = vec![
            ("from".to_owned(), text(graph.ref_label(link.from))),
            ("to".to_owned(), text(to)),
        ];
        say_map(&mut said, &link.map);
        StoredValue::Table(said)
    });
    links.collect()
}

/// The port of a process by its name, among `names`.
pub(super) fn port<'a>(mut names: impl Iterator<Item = &'a str>, name: &str) -> Option<PortIndex> {
    names.position(|port| port == name).map(PortIndex)
}

/// The shape in a value.
pub(super) fn read_shape(value: &StoredValue) -> Result<Dims, ValueError> {
    Vec::<usize>::restore(value).map(Dims::from)
}

/// A port of a process.
pub(super) fn port_id(process: crate::process::ProcessId, port: PortIndex) -> PortId {
    PortId { process, port }
}
