//! The structure of a network in words, by which a snapshot knows it again.

use std::fmt::Write;

use lava_core::data::{Checksum, IndexMap, Persist};

use super::{Graph, ProcessDecl};

impl Graph {
    /// The processes, their ports and Vars, and the connections, a line each. Two networks whose
    /// structures are equal have the same state, up to the parameters of their processes.
    pub(crate) fn structure(&self) -> String {
        self.text(|text, decl| {
            write_process(text, decl);
            write_vars(text, decl);
        })
    }

    /// The same without Vars, of which some have a shape that is known once they are drawn.
    pub(crate) fn structure_without_vars(&self) -> String {
        self.text(write_process)
    }

    fn text(&self, write: impl Fn(&mut String, &ProcessDecl)) -> String {
        let mut text = String::new();
        for (_, decl) in self.running() {
            write(&mut text, decl);
        }
        for edge in &self.edges {
            let (from, to) = (self.out_label(edge.from), self.in_label(edge.to));
            let (delay, map) = (self.delay(edge), map_text(&edge.map));
            line(
                &mut text,
                format_args!("{from} -> {to}, delay {delay}, {map}"),
            );
        }
        for link in &self.var_edges {
            let (from, to) = (self.ref_label(link.from), self.process(link.to));
            let (to, map) = (to.label(link.var), map_text(&link.map));
            line(&mut text, format_args!("{from} refers to {to}, {map}"));
        }
        text
    }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A text takes every line.
    let _ = writeln!(text, "{line}");
}

fn write_process(text: &mut String, decl: &ProcessDecl) {
    let (name, kind) = (&decl.name, decl.kind);
    let model = decl.spec().map_or("", |spec| spec.model);
    let timing = decl.timing();
    line(text, format_args!("{name}: {kind} by {model}, {timing:?}"));
    for port in &decl.in_ports {
        line(
            text,
            format_args!("  {name}.{} receives {}", port.name, port.extents.whole()),
        );
    }
    for port in &decl.out_ports {
        let (dims, delay, ahead) = (port.extents.whole(), port.delay, port.ahead);
        let port = port.name;
        line(
            text,
            format_args!("  {name}.{port} sends {dims}, delay {delay}, ahead {ahead}"),
        );
    }
}

fn write_vars(text: &mut String, decl: &ProcessDecl) {
    let name = &decl.name;
    for var in &decl.vars {
        line(
            text,
            format_args!("  {name}.{} is {}", var.name(), var.layout()),
        );
    }
}

/// The elements of a connection in words.
fn map_text(map: &IndexMap) -> String {
    match map {
        IndexMap::Offset(first) => format!("elements from {first}"),
        IndexMap::Table(table) => {
            let mut bytes = Vec::new();
            table.iter().for_each(|position| position.save(&mut bytes));
            format!("elements {:016x}", Checksum::of(&bytes))
        }
    }
}
