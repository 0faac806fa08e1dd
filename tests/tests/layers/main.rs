//! The layers of the library: a module names only the modules below it.
//!
//! [`LAYERS`] is the table of allowed edges. Every path in the sources is read, in `use`
//! declarations, in code and in macro invocations; tests and documentation are left out.

mod paths;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::{Crate, Module};

/// A layer and the layers that it may name, all of them above it in the table. What every layer
/// may name is the crate's `Error` and `Result`.
#[rustfmt::skip]
const LAYERS: &[(&str, &[&str])] = &[
    // lava-core
    ("files", &[]),
    ("sync", &[]),
    ("data", &["sync"]),
    ("transport", &["sync", "data"]),
    ("executor", &["sync", "data", "transport"]),
    ("lifecycle", &["sync", "executor"]),
    // lava
    ("units", &[]),
    ("statistics", &["units"]),
    ("snapshot", &["files", "data"]),
    ("schema", &["data"]),
    ("process", &["sync", "data", "transport", "units", "schema"]),
    ("model", &["data", "transport", "executor", "units", "process"]),
    ("channel", &["sync", "data", "transport", "process", "model"]),
    ("graph", &["data", "transport", "executor", "process", "model"]),
    ("compiler", &["data", "transport", "executor", "process", "model", "graph"]),
    ("engine", &[
        "sync", "data", "transport", "executor", "lifecycle", "snapshot", "process", "model", "graph",
        "compiler",
    ]),
    ("monitor", &[
        "files", "sync", "data", "transport", "executor", "units", "statistics", "lifecycle", "process",
        "graph", "engine",
    ]),
    ("network", &[
        "sync", "data", "transport", "executor", "units", "lifecycle", "snapshot", "process", "model",
        "graph", "compiler", "engine", "monitor",
    ]),
    ("ranks", &["transport"]),
    ("plot", &["files", "data", "units", "statistics", "monitor", "network"]),
    ("prelude", &[]),
    ("live", &["sync", "data", "executor", "units", "process", "monitor", "network"]),
    ("proc", API),
    ("vector", API),
    ("dnf", API),
    ("io", API),
    ("store", &[
        "data", "transport", "units", "snapshot", "schema", "process", "model", "graph", "network",
        "dnf", "proc",
    ]),
    // The names that generated code uses.
    ("private", &["process", "model", "graph", "network", "proc"]),
];

/// The public API, which is all that the library of processes and the vectors are written with.
const API: &[&str] = &[
    "files",
    "units",
    "statistics",
    "schema",
    "process",
    "model",
    "channel",
    "monitor",
    "network",
    "prelude",
    "proc",
];

/// Names that belong to no layer: the crate's root gives them to all.
const ROOT: &[&str] = &["Error", "Result", "from_cause"];

/// The module of the crate's own error, which names the errors of all layers.
const ERROR: &str = "error";

/// Type names that may stand for more than one type.
const HOMONYMS: &[&str] = &[
    // One of them is compiled: for the standard library, or for either model checker.
    "Deadline",
    // The private supertrait of sealed traits, one in each module that has some.
    "Sealed",
];

fn library() -> Vec<Crate> {
    [("lava_core", "crates/lava-core/src"), ("lava", "lava/src")]
        .map(|(name, folder)| Crate::read(name, folder))
        .into()
}

/// A path that one layer takes into another.
struct Edge<'a> {
    from: &'a str,
    to: String,
    /// File and line.
    place: String,
    path: String,
}

/// Every path from a layer into another, or to nothing that is known.
fn edges(library: &[Crate]) -> (Vec<Edge<'_>>, Vec<String>) {
    let (mut edges, mut errors) = (Vec::new(), Vec::new());
    for part in library {
        for module in &part.modules {
            let Some(from) = module.path.first().map(String::as_str) else {
                continue;
            };
            if from == ERROR {
                continue;
            }
            for reference in module.references(&part.name) {
                let place = format!("{}:{}", module.file, reference.line);
                let path = reference.path.join("::");
                match layer(library, &reference.path) {
                    Ok(None) => {}
                    Ok(Some(to)) if to == from => {}
                    Ok(Some(to)) => edges.push(Edge {
                        from,
                        to,
                        place,
                        path,
                    }),
                    Err(problem) => errors.push(format!("{place}: `{path}` {problem}")),
                }
            }
        }
    }
    (edges, errors)
}

/// The layer that a path from the root of a crate leads to; `None` if it belongs to none.
fn layer(library: &[Crate], path: &[String]) -> Result<Option<String>, &'static str> {
    let Some(part) = library.iter().find(|part| part.name == path[0]) else {
        return Ok(None);
    };
    let Some(name) = path.get(1) else {
        return Err("names the whole crate");
    };
    if ROOT.contains(&name.as_str()) || part.macros.contains(name) {
        return Ok(None);
    }
    if LAYERS.iter().any(|(layer, _)| layer == name) {
        return Ok(Some(name.clone()));
    }
    let target = match path.get(2) {
        Some(error) if name == ERROR => part.errors.get(error),
        _ => part.exports.get(name),
    };
    match target {
        Some(target) => layer(library, target),
        None => Err("leads to no layer of the table"),
    }
}

fn allowed(from: &str) -> &'static [&'static str] {
    let row = LAYERS.iter().find(|(layer, _)| *layer == from);
    row.map_or(&[], |(_, allowed)| allowed)
}

#[test]
fn a_module_names_only_the_modules_below_it() {
    let library = library();
    let (edges, mut errors) = edges(&library);
    assert!(edges.len() > 100, "the sources have been found");
    for Edge {
        from,
        to,
        place,
        path,
    } in &edges
    {
        if !allowed(from).contains(&to.as_str()) {
            errors.push(format!("{place}: `{from}` may not name `{to}`: `{path}`"));
        }
    }
    assert!(
        errors.is_empty(),
        "{} paths that the layers forbid:\n{}",
        errors.len(),
        errors.join("\n")
    );
}

/// The rows of the public API say what may be used; all other rows say what is.
#[test]
fn every_allowed_edge_is_used() {
    let library = library();
    let (edges, _) = edges(&library);
    let used: BTreeSet<(&str, &str)> = edges.iter().map(|edge| (edge.from, &*edge.to)).collect();
    let table = LAYERS.iter().filter(|(_, to)| *to != API);
    let table = table.flat_map(|(from, to)| to.iter().map(|to| (*from, *to)));
    let unused: Vec<_> = table.filter(|edge| !used.contains(edge)).collect();
    assert!(
        unused.is_empty(),
        "take these edges out of the table: {unused:?}"
    );
}

#[test]
fn the_table_points_downward() {
    for (index, (layer, below)) in LAYERS.iter().enumerate() {
        for name in below.iter().filter(|name| *name != layer) {
            let lower = LAYERS[..index].iter().any(|(lower, _)| lower == name);
            assert!(lower, "`{layer}` stands above `{name}`");
        }
    }
}

#[test]
fn every_module_of_the_root_is_a_layer() {
    for part in &library() {
        let modules = part.modules.iter().filter_map(|module| module.path.first());
        for module in modules.collect::<BTreeSet<_>>() {
            let is_known = LAYERS.iter().any(|(layer, _)| layer == module);
            // The crate's own error, which every layer may name.
            assert!(
                is_known || module == "error",
                "`{module}` of `{}`",
                part.name
            );
        }
    }
}

#[test]
fn no_type_has_the_name_of_another() {
    let library = library();
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for module in library.iter().flat_map(|part| &part.modules) {
        for (name, line) in &module.types {
            let place = format!("{}:{line}", module.file);
            places.entry(name).or_default().push(place);
        }
    }
    let twice = places.iter().filter(|(_, places)| places.len() > 1);
    let twice: BTreeMap<_, _> = twice.collect();
    let unknown = twice.iter().filter(|(name, _)| !HOMONYMS.contains(name));
    let unknown: Vec<_> = unknown
        .map(|(name, places)| format!("`{name}`: {}", places.join(", ")))
        .collect();
    assert!(
        unknown.is_empty(),
        "types of one name:\n{}",
        unknown.join("\n")
    );
    for name in HOMONYMS {
        assert!(
            twice.contains_key(name),
            "`{name}` is no longer defined twice"
        );
    }
}

/// The paths found in a module `model::port` of a crate `lava`.
fn found(text: &str) -> Vec<String> {
    let module = Module::parse("port.rs", vec!["model".into(), "port".into()], text);
    let references = module.references("lava").into_iter();
    references
        .map(|reference| reference.path.join("::"))
        .collect()
}

#[test]
fn paths_are_found_wherever_they_stand() {
    assert_eq!(
        found("use crate::{graph::{self, Edge as E}, network::*};"),
        ["lava::graph", "lava::graph::Edge", "lava::network::*"]
    );
    assert_eq!(
        found("fn f(x: &crate::graph::Edge) -> lava::Result<()> { ::lava_core::data::g() }"),
        ["lava::graph::Edge", "lava::Result", "lava_core::data::g"]
    );
    assert_eq!(
        found("use super::super::network::Network; use super::feed::Feed; use self::a::B;"),
        [
            "lava::network::Network",
            "lava::model::feed::Feed",
            "lava::model::port::a::B"
        ]
    );
    assert_eq!(
        found("m! { let x = $crate::graph::f(crate::{engine::E, data::D}); }"),
        ["lava::graph::f", "lava::engine::E", "lava::data::D"]
    );
    assert_eq!(
        found("mod inner { use super::super::feed::Feed; pub(in crate::model) fn f() {} }"),
        ["lava::model::feed::Feed"]
    );
}

#[test]
fn tests_and_documentation_are_left_out() {
    let nothing: [&str; 0] = [];
    assert_eq!(
        found("/// [`X`](crate::graph::X)\n#[cfg(test)] mod tests { use crate::graph::X; }"),
        nothing
    );
    assert_eq!(found("#[cfg(test)] use crate::graph::X;"), nothing);
    assert_eq!(
        found("impl A { #[cfg(test)] fn f() { crate::graph::x() } }"),
        nothing
    );
}
