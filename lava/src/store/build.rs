//! A network from its description: every process, Var and connection is checked as the compiler and the
//! network would check them.

use std::any::Any;

use super::describe::{ports, read_shape, schema, timing_text};
use super::links::{self, connections, references};
use super::registry::{self, RegisteredProcess};
use super::types::type_name;
use crate::graph::{Implementation, ModelSpec, RunConfig};
use crate::model::Timing;
use crate::network::{Network, StoredProcess};
use crate::process::{GivenValues, MemberKind, ProcessId};
use crate::schema::{StoredValue, TableReader, ValueError};
use crate::units::ms;

/// A part of a description that cannot be built, and its place.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) place: String,
    pub(super) what: String,
}

impl Misfit {
    pub(super) fn new(place: impl Into<String>, what: impl ToString) -> Misfit {
        Misfit {
            place: place.into(),
            what: what.to_string(),
        }
    }
}

/// Names a place in errors.
pub(super) trait At<X> {
    fn at(self, place: &str) -> Result<X, Misfit>;
}

impl<X, E: ToString> At<X> for Result<X, E> {
    fn at(self, place: &str) -> Result<X, Misfit> {
        self.map_err(|error| Misfit::new(place, error))
    }
}

/// The name of the run configuration in a description, if it is one of the library.
pub(super) fn run_configuration(description: &StoredValue) -> Option<String> {
    let entries = description.entries().ok()?;
    let (_, configuration) = entries.iter().find(|(name, _)| name == "configuration")?;
    let entries = configuration.entries().ok()?;
    let (_, name) = entries
        .iter()
        .find(|(name, _)| name == "run_configuration")?;
    name.text().ok().map(str::to_owned)
}

/// Builds a network.
pub(super) fn build<C: RunConfig>(description: &StoredValue) -> Result<Network<C>, Misfit> {
    const FIELDS: [&str; 6] = [
        "library",
        "configuration",
        "types",
        "processes",
        "connections",
        "references",
    ];
    let fields = description.fields(&FIELDS).at("the description")?;
    let net = Network::<C>::new();
    let value = |name| fields.value(name).at("the description");
    configure(&net, value("configuration")?)?;
    check_types(value("types")?)?;
    let mut composites = Vec::new();
    for (name, process) in value("processes")?.entries().at("processes")? {
        let id = add(&net, name, process)?;
        if let Some(exports) = process.fields(&PROCESS).at(name)?.get("exports") {
            composites.push((id, name, exports));
        }
    }
    let changed = net.change(|graph| -> Result<(), Misfit> {
        for (id, name, exports) in composites {
            links::exports(graph, id, exports).map_err(|error| Misfit {
                place: format!("{name}.{}", error.place),
                what: error.what,
            })?;
        }
        connections(graph, value("connections")?)?;
        references(graph, value("references")?)
    });
    changed.at("connections")??;
    Ok(net)
}

fn configure<C: RunConfig>(net: &Network<C>, value: &StoredValue) -> Result<(), Misfit> {
    const PLACE: &str = "configuration";
    let fields = value.fields(&[
        "run_configuration",
        "seed",
        "dt",
        "workers",
        "shards",
        "memory_limit",
        "batch",
    ]);
    let fields = fields.at(PLACE)?;
    let chip: Option<String> = fields.field("run_configuration").at(PLACE)?;
    if let (Some(file), Some(own)) = (&chip, C::CHIP)
        && file != own
    {
        let what = format!(
            "the network is one of `{file}`; load it by `Network::<{file}>::load`, not as one of `{own}`"
        );
        return Err(Misfit::new(PLACE, what));
    }
    net.set_seed(fields.field("seed").at(PLACE)?).at(PLACE)?;
    if let Some(dt) = fields.field::<Option<f64>>("dt").at(PLACE)? {
        net.set_dt(dt * ms).at(PLACE)?;
    }
    if let Some(workers) = fields.field("workers").at(PLACE)? {
        net.set_workers(workers).at(PLACE)?;
    }
    if let Some(samples) = fields.field("batch").at(PLACE)? {
        net.set_batch(samples).at(PLACE)?;
    }
    if let Some(shards) = fields.field("shards").at(PLACE)? {
        net.set_shards(shards).at(PLACE)?;
    }
    if let Some(limit) = fields.field("memory_limit").at(PLACE)? {
        net.set_memory_limit(limit).at(PLACE)?;
    }
    Ok(())
}

/// Fails unless the types of the file are those of the program, member by member.
fn check_types(types: &StoredValue) -> Result<(), Misfit> {
    for (name, members) in types.entries().at("types")? {
        let own = schema(&registry::process_named(name).at(name)?.declaration);
        let (own, members) = (own.entries().at(name)?, members.entries().at(name)?);
        for (member, said) in members {
            let place = format!("{name}.{member}");
            match own.iter().find(|(own, _)| own == member) {
                None => return Err(Misfit::new(place, "the process has no such member")),
                Some((_, own)) if own != said => {
                    let (own, said) = (member_text(own), member_text(said));
                    let what = format!("the file has {said}, and the process {own}");
                    return Err(Misfit::new(place, what));
                }
                Some(_) => {}
            }
        }
        let is_said = |name: &str| members.iter().any(|(member, _)| member == name);
        if let Some((missing, _)) = own.iter().find(|(name, _)| !is_said(name)) {
            let what = "the process has this member, and the file does not";
            return Err(Misfit::new(format!("{name}.{missing}"), what));
        }
    }
    Ok(())
}

/// The description of a member in words.
fn member_text(said: &StoredValue) -> String {
    let entries = said.entries().unwrap_or_default().iter();
    let words = entries.map(|(name, value)| match value {
        StoredValue::Text(text) if name == "type" => format!("`{text}`"),
        StoredValue::Text(text) => text.clone(),
        _ => name.clone(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The fields of a process.
const PROCESS: [&str; 9] = [
    "type",
    "inside",
    "shape",
    "model",
    "timing",
    "exports",
    "ports",
    "vars",
    "parameters",
];

/// Adds a process.
fn add<C: RunConfig>(
    net: &Network<C>,
    name: &str,
    value: &StoredValue,
) -> Result<ProcessId, Misfit> {
    let fields = value.fields(&PROCESS).at(name)?;
    let kind: String = fields.field("type").at(name)?;
    let registered = registry::process_named(&kind).at(name)?;
    let parent = parent(net, name, fields)?;
    let own_name = match parent {
        None => Some(name),
        Some((_, parent)) => name
            .strip_prefix(parent)
            .and_then(|name| name.strip_prefix('.')),
    };
    let own_name = own_name.ok_or("the name does not begin with that of the process around it");
    let model = match fields.get("exports") {
        Some(_) => None,
        None => Some(model(registered, fields).at(name)?),
    };
    let id = net.add_stored(StoredProcess {
        name: own_name.at(name)?,
        kind: registered.declaration.name,
        type_id: (registered.type_id)(),
        parent,
        values: given(name, registered, fields)?,
        declare: registered.declare,
        model,
    });
    let id = id.at(name)?;
    let said = fields.value("ports").at(name)?;
    let own = net.look(|graph| ports(graph.process(id)));
    for (port, shape) in said.entries().at(name)? {
        let own = own.entries().unwrap_or_default().iter();
        let own = own.clone().find(|(own, _)| own == port);
        let place = format!("{name}.{port}");
        match own {
            None => return Err(Misfit::new(place, "the process has no such port")),
            Some((_, own)) if own != shape => {
                let (own, shape) = (read_shape(own).at(&place)?, read_shape(shape).at(&place)?);
                let what = format!("the port has shape {own}, and {shape} in the file");
                return Err(Misfit::new(place, what));
            }
            Some(_) => {}
        }
    }
    Ok(id)
}

/// The composite process around a process, and its name.
fn parent<'a, C>(
    net: &Network<C>,
    name: &str,
    fields: TableReader<'a>,
) -> Result<Option<(ProcessId, &'a str)>, Misfit> {
    let Some(inside) = fields.get("inside") else {
        return Ok(None);
    };
    let parent = inside.text().at(name)?;
    let id = net.look(|graph| {
        let id = graph.by_name(parent)?;
        let composite = &graph.process(id).implementation;
        matches!(composite, Implementation::Composite(_)).then_some(id)
    });
    let what = format!("`{parent}`, which it is inside of, is no composite process before it");
    id.ok_or(what).at(name).map(|id| Some((id, parent)))
}

/// The model of a process.
fn model(registered: &RegisteredProcess, fields: TableReader<'_>) -> Result<ModelSpec, ValueError> {
    let (name, timing): (String, String) = (fields.field("model")?, fields.field("timing")?);
    let models = (registered.models)();
    let known: Vec<&str> = models.iter().map(|model| model.model).collect();
    let known = known.join("`, `");
    let model = models.into_iter().find(|model| model.model == name);
    let model = model
        .ok_or_else(|| ValueError::new(format!("it has no model `{name}`; there are `{known}`")))?;
    match (timing.as_str(), model.timing) {
        (said, own) if said == timing_text(own) => Ok(model),
        ("detached", Timing::Lockstep) => Ok(model.detached()),
        (said, own) => Err(ValueError::new(format!(
            "its model `{name}` is {}, and cannot be {said}",
            timing_text(own)
        ))),
    }
}

/// The values that the builder of a process would be given.
fn given(
    name: &str,
    registered: &RegisteredProcess,
    fields: TableReader<'_>,
) -> Result<GivenValues, Misfit> {
    let shape = fields.get("shape").map(read_shape).transpose();
    let shape = shape.at(name)?;
    let kinds = [("vars", MemberKind::Var), ("parameters", MemberKind::Param)];
    let mut given: Vec<(&'static str, Box<dyn Any + Send + Sync>)> = Vec::new();
    for (field, kind) in kinds {
        for (member, value) in fields.value(field).at(name)?.entries().at(name)? {
            let place = format!("{name}.{member}");
            let mut members = registered.declaration.members.iter();
            let known = members.find(|known| known.kind == kind && known.name == member);
            let known = known.ok_or_else(|| {
                let what = format!("`{}` has no such member", registered.declaration.name);
                Misfit::new(&place, what)
            })?;
            let type_id = known.type_id.ok_or("its type is unknown").at(&place)?;
            let value = match kind {
                MemberKind::Var => registry::init_of(type_id, value).at(&place)?,
                _ => {
                    let unknown = || {
                        format!(
                            "a parameter of type `{}` is not registered",
                            type_name(known)
                        )
                    };
                    let parameter = registry::parameter_of(type_id).ok_or_else(unknown);
                    parameter.at(&place)?.restore(value).at(&place)?
                }
            };
            given.push((known.name, value));
        }
    }
    let is_given = |name: &str| given.iter().any(|(given, _)| *given == name);
    let mut required = registered.declaration.members.iter().filter(|member| {
        matches!(member.kind, MemberKind::Var | MemberKind::Param) && member.required
    });
    match required.find(|member| !is_given(member.name)) {
        None => Ok(GivenValues::stored(shape, given)),
        Some(missing) => Err(Misfit::new(
            format!("{name}.{}", missing.name),
            "the file has no value for it, and there is no default",
        )),
    }
}
