//! The connections of a network from its description: exports, edges, and links from ref-ports to Vars.

use lava_core::data::IndexMap;

use super::build::{At, Misfit};
use super::describe::{port, port_id};
use super::types::factory;
use crate::graph::{
    AsyncOptions, Edge, Exports, Graph, Implementation, PortId, ProcessDecl, SourceRef, VarEdge,
};
use crate::process::{MAX_DELAY, ProcessId};
use crate::schema::{Storable, StoredValue, TableReader, ValueError};

/// The process and the name of a member: `lif.v`.
fn member<'a>(graph: &Graph, text: &'a str) -> Result<(ProcessId, &'a str), ValueError> {
    let (process, member) = text.rsplit_once('.').unwrap_or((text, ""));
    match graph.by_name(process) {
        Some(id) => Ok((id, member)),
        None => Err(ValueError::new(format!("there is no process `{process}`"))),
    }
}

/// The port of a process, a `kind` among the ports that `names` returns.
fn port_of<'a, N: Iterator<Item = &'static str>>(
    graph: &'a Graph,
    text: &str,
    kind: &str,
    names: impl FnOnce(&'a ProcessDecl) -> N,
) -> Result<PortId, ValueError> {
    let (process, name) = member(graph, text)?;
    let found = port(names(graph.process(process)), name);
    let missing = || ValueError::new(format!("there is no {kind} `{text}`"));
    Ok(port_id(process, found.ok_or_else(missing)?))
}

fn out_port(graph: &Graph, text: &str) -> Result<PortId, ValueError> {
    port_of(graph, text, "out-port", |decl| {
        decl.out_ports.iter().map(|port| port.name)
    })
}

fn in_port(graph: &Graph, text: &str) -> Result<PortId, ValueError> {
    port_of(graph, text, "in-port", |decl| {
        decl.in_ports.iter().map(|port| port.name)
    })
}

fn ref_port(graph: &Graph, text: &str) -> Result<PortId, ValueError> {
    port_of(graph, text, "ref-port", |decl| {
        decl.ref_ports.iter().map(|port| port.name)
    })
}

/// The positions of `len` elements among `positions`.
fn map(fields: TableReader<'_>, len: usize, positions: usize) -> Result<IndexMap, ValueError> {
    let wrong = || {
        ValueError::new(format!(
            "the elements do not fit: {len} of them have no places among {positions}"
        ))
    };
    let Some(table) = fields.get("elements") else {
        let first: usize = match fields.get("first") {
            None => 0,
            Some(first) => usize::restore(first).map_err(|error| error.within("first"))?,
        };
        let end = first.checked_add(len);
        return match end.is_some_and(|end| end <= positions) {
            true => Ok(IndexMap::Offset(first)),
            false => Err(wrong()),
        };
    };
    let table: Vec<u32> = table.array()?.elements()?;
    let is_place = |place: &u32| *place == IndexMap::DROPPED || (*place as usize) < positions;
    match table.len() == len && table.iter().all(is_place) {
        true => Ok(IndexMap::Table(table.into())),
        false => Err(wrong()),
    }
}

fn delay(fields: TableReader<'_>) -> Result<usize, ValueError> {
    let delay = fields.get("delay").map_or(Ok(0), usize::restore)?;
    match delay <= MAX_DELAY {
        true => Ok(delay),
        false => Err(ValueError::new(format!(
            "the delay of {delay} steps is longer than {MAX_DELAY}"
        ))),
    }
}

fn queue(fields: TableReader<'_>) -> Result<AsyncOptions, ValueError> {
    let capacity: Option<usize> = fields.get("queue").map(usize::restore).transpose()?;
    Ok(AsyncOptions {
        capacity: capacity.map(|messages| messages.max(1)),
        waits: fields.get("waits").map_or(Ok(false), bool::restore)?,
    })
}

/// Exports ports and Vars of a composite process.
pub(super) fn exports(graph: &mut Graph, id: ProcessId, value: &StoredValue) -> Result<(), Misfit> {
    let decl = graph.process(id);
    let mut exports = Exports::none(
        decl.in_ports.len(),
        decl.out_ports.len(),
        decl.ref_ports.len(),
    );
    for (name, inner) in value.entries().at("exports")? {
        export(graph, id, &mut exports, name, inner).at(name)?;
    }
    graph.implement(id, Implementation::Composite(exports));
    Ok(())
}

/// Exports a member of a composite process.
fn export(
    graph: &Graph,
    id: ProcessId,
    exports: &mut Exports,
    name: &str,
    inner: &StoredValue,
) -> Result<(), ValueError> {
    let decl = graph.process(id);
    let outside = |process| match graph.is_inside(process, id) {
        true => Ok(()),
        false => Err(ValueError::new("what it exports is not inside of it")),
    };
    if let Some(at) = port(decl.in_ports.iter().map(|port| port.name), name) {
        for inner in inner.list()? {
            let inner = in_port(graph, inner.text()?)?;
            outside(inner.process)?;
            let own = &decl.in_ports[at.index()];
            let other = &graph.process(inner.process).in_ports[inner.port.index()];
            if (own.extents.sample(), own.payload) != (other.extents.sample(), other.payload) {
                return Err(ValueError::new(
                    "the in-port that it exports has another type or shape",
                ));
            }
            exports.in_ports[at.index()].push(inner);
        }
    } else if let Some(at) = port(decl.out_ports.iter().map(|port| port.name), name) {
        let own = &decl.out_ports[at.index()];
        for inner in inner.list()? {
            let source = source(graph, inner, own.extents.sample().len())?;
            outside(source.port.process)?;
            let other = &graph.process(source.port.process).out_ports[source.port.port.index()];
            if own.payload != other.payload {
                return Err(ValueError::new(
                    "the out-port that it exports has another type",
                ));
            }
            exports.out_ports[at.index()].push(source);
        }
    } else if let Some(at) = port(decl.ref_ports.iter().map(|port| port.name), name) {
        for inner in inner.list()? {
            let inner = ref_port(graph, inner.text()?)?;
            outside(inner.process)?;
            exports.ref_ports[at.index()].push(inner);
        }
    } else if let Some(var) = decl.vars.iter().find(|var| var.name() == name) {
        let (process, inner) = member(graph, inner.text()?)?;
        outside(process)?;
        let vars = graph.process(process).vars.iter();
        let inner = vars.into_iter().find(|var| var.name() == inner);
        if !inner.is_some_and(|inner| var.set_alias(process, &**inner)) {
            return Err(ValueError::new(
                "there is no such Var inside, of its type and shape",
            ));
        }
    } else {
        return Err(ValueError::new("the process has no such member"));
    }
    Ok(())
}

/// An out-port that a composite process exports, as one of `positions` elements.
fn source(graph: &Graph, value: &StoredValue, positions: usize) -> Result<SourceRef, ValueError> {
    let fields = value.fields(&["from", "delay", "first", "elements", "queue", "waits"])?;
    let port = out_port(graph, fields.value("from")?.text()?)?;
    let len = graph.process(port.process).out_ports[port.port.index()]
        .extents
        .sample()
        .len();
    Ok(SourceRef {
        port,
        len,
        delay: delay(fields)?,
        map: map(fields, len, positions)?,
        async_options: queue(fields)?,
    })
}

pub(super) fn connections(graph: &mut Graph, value: &StoredValue) -> Result<(), Misfit> {
    for (at, value) in value.list().at("connections")?.iter().enumerate() {
        let place = || {
            let fields = value.entries().unwrap_or_default().iter();
            let ends = fields.filter_map(|(_, value)| value.text().ok());
            let ends: Vec<&str> = ends.collect();
            format!("connection {at}, {}", ends.join(" -> "))
        };
        let edge = edge(graph, value).map_err(|error| Misfit::new(place(), error))?;
        if !graph.add_edge(edge) {
            return Err(Misfit::new(place(), "it is there twice"));
        }
    }
    Ok(())
}

fn edge(graph: &Graph, value: &StoredValue) -> Result<Edge, ValueError> {
    let fields = value.fields(&[
        "from", "to", "delay", "first", "elements", "queue", "waits", "cast",
    ])?;
    let from = out_port(graph, fields.value("from")?.text()?)?;
    let to = in_port(graph, fields.value("to")?.text()?)?;
    for end in [from.process, to.process] {
        if graph.process(end).spec().is_none() {
            let what = "a connection leads to a process inside of a composite one, and not to it";
            return Err(ValueError::new(what));
        }
    }
    let source = &graph.process(from.process).out_ports[from.port.index()];
    let target = &graph.process(to.process).in_ports[to.port.index()];
    let is_cast = fields.get("cast").map_or(Ok(false), bool::restore)?;
    if !is_cast && source.payload != target.payload {
        let what = "the payloads of out-port and in-port differ, and are not converted";
        return Err(ValueError::new(what));
    }
    let factory = factory(source.payload, target.payload);
    let factory = factory.ok_or_else(|| {
        ValueError::new("the payload of the out-port cannot be converted to that of the in-port")
    })?;
    Ok(Edge {
        from,
        to,
        delay: delay(fields)?,
        map: map(
            fields,
            source.extents.sample().len(),
            target.extents.sample().len(),
        )?,
        async_options: queue(fields)?,
        factory,
    })
}

pub(super) fn references(graph: &mut Graph, value: &StoredValue) -> Result<(), Misfit> {
    for (at, value) in value.list().at("references")?.iter().enumerate() {
        let place = format!("reference {at}");
        let link = link(graph, value).at(&place)?;
        if !graph.link(link) {
            return Err(Misfit::new(place, "the ref-port is connected twice"));
        }
    }
    Ok(())
}

fn link(graph: &Graph, value: &StoredValue) -> Result<VarEdge, ValueError> {
    let fields = value.fields(&["from", "to", "first", "elements"])?;
    let from = ref_port(graph, fields.value("from")?.text()?)?;
    let text = fields.value("to")?.text()?;
    let (to, name) = member(graph, text)?;
    let mut vars = graph.process(to).vars.iter();
    let var = vars.find(|var| var.name() == name);
    let var = var.ok_or_else(|| ValueError::new(format!("there is no Var `{text}`")))?;
    let port = &graph.process(from.process).ref_ports[from.port.index()];
    if port.element != var.element() {
        return Err(ValueError::new(format!(
            "`{text}` has elements of another type"
        )));
    }
    if !var.is_shared() {
        return Err(ValueError::new(format!(
            "`{text}` is private to its process"
        )));
    }
    Ok(VarEdge {
        from,
        to,
        var: var.name(),
        inner: var.boxed_core(),
        map: map(fields, port.dims.len(), var.sample_dims().len())?,
    })
}
