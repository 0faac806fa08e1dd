//! Names: which connections concern the process outside, and the rules that names must keep.
//! Nothing is changed here; what to leave out, so that the compiler does not repeat a message, is
//! for [`fallback`](crate::fallback).

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::Expr;
use syn::ext::IdentExt;

use super::end::end_text;
use super::model::{Connection, End, Frame, How, Network, Outer, Process, Statements, Tie};
use crate::errors::Errors;
use crate::fallback::NetworkRepair;

/// Separates the connections of the process outside from connections between processes inside.
pub(crate) fn resolve(statements: Statements) -> Network {
    let Statements {
        library,
        is_item: _,
        signature,
        frame,
        processes,
        untyped,
        values,
        loose,
        connections,
        ties,
    } = statements;
    let outer = frame.as_ref().and_then(Frame::outer_name);
    let is_outer = |end: &End| outer.as_ref().is_some_and(|outer| end.process == *outer);
    let (from_or_to_outer, connections): (Vec<_>, _) = connections
        .into_iter()
        .partition(|connection| is_outer(&connection.from) || is_outer(&connection.to));
    let connected = from_or_to_outer.into_iter().map(|Connection { from, to }| {
        let (outer, inner, how) = match is_outer(&from) {
            true => (from, to, How::Receives),
            false => (to, from, How::Sends),
        };
        Tie {
            outer,
            inner: Some(inner),
            how,
        }
    });
    Network {
        library,
        signature,
        frame,
        processes,
        untyped,
        values,
        loose,
        connections,
        ties: connected.chain(ties).collect(),
        dropped: Vec::new(),
    }
}

/// Reports every broken rule. Returns the repairs that let the network expand. Without a frame
/// there is nothing to check.
pub(crate) fn check(network: &Network, errors: &mut Errors) -> Vec<NetworkRepair> {
    let mut repairs = Vec::new();
    if network.frame.is_some() {
        let mut ends = Ends {
            network,
            names: names(network, errors, &mut repairs),
            blamed: HashSet::new(),
            swapped: false,
        };
        ends.ties(errors, &mut repairs);
        ends.connections(errors, &mut repairs);
        ends.loose(&mut repairs);
        if ends.swapped {
            repairs.push(NetworkRepair::Frame);
        }
    }
    repairs
}

/// Returns the names of all processes, which are declared once.
fn names(
    network: &Network,
    errors: &mut Errors,
    repairs: &mut Vec<NetworkRepair>,
) -> HashSet<Ident> {
    let mut names: HashSet<Ident> = network.untyped.iter().cloned().collect();
    let outer = network.outer();
    for (index, process) in network.processes.iter().enumerate() {
        let name = &process.name;
        let new = names.insert(name.clone());
        if is_reserved(name) {
            errors.at(
                name,
                "`network` is the name of the network itself; choose another name",
            );
        } else if outer.is_some_and(|outer| outer.name == *name) {
            errors.at(
                name,
                format_args!("the process outside is called `{name}`; choose another name"),
            );
        } else if !new {
            errors.at(
                name,
                format_args!(
                    "there is a process `{name}` in this network already; choose another name"
                ),
            );
        } else {
            named_again(process, errors);
            continue;
        }
        repairs.push(NetworkRepair::Process(index));
    }
    names
}

/// Reports a name that the builder gives too.
fn named_again(process: &Process, errors: &mut Errors) {
    if let Some(method) = process.methods().iter().find(|method| **method == "name") {
        errors.at(
            method,
            format_args!(
                "the process is named `{}`, as its statement says; remove this",
                process.name
            ),
        );
    }
}

fn is_reserved(name: &Ident) -> bool {
    name.unraw() == "network"
}

/// Checks the ends of connections and exports.
struct Ends<'a> {
    network: &'a Network,
    /// The declared names.
    names: HashSet<Ident>,
    /// The ends that were reported, by place and name: a list repeats an end in every pair.
    blamed: HashSet<String>,
    /// The first line names the process outside in place of the network.
    swapped: bool,
}

impl Ends<'_> {
    fn connections(&mut self, errors: &mut Errors, repairs: &mut Vec<NetworkRepair>) {
        let mut seen = HashSet::new();
        for (index, connection) in self.network.connections.iter().enumerate() {
            let Connection { from, to } = connection;
            let known = [from, to].map(|end| self.is_known(end, errors));
            let known = known == [true, true];
            let new = seen.insert((end_text(from), end_text(to)));
            if known && !new {
                errors.at(
                    quote::quote!(#from -> #to),
                    format_args!("`{} -> {}` is written twice", end_text(from), end_text(to)),
                );
            }
            let expands = [from, to].iter().all(|end| self.expands(end));
            if !known || !new || !expands {
                repairs.push(NetworkRepair::Connection(index));
            }
        }
    }

    /// Leaves out ends of connections that are not complete, if they name nothing.
    fn loose(&self, repairs: &mut Vec<NetworkRepair>) {
        for (index, end) in self.network.loose.iter().enumerate() {
            if end.port.is_none() || !self.expands(end) {
                repairs.push(NetworkRepair::Loose(index));
            }
        }
    }

    /// Returns `true` if the process of an end is a variable of the expansion.
    fn expands(&self, end: &End) -> bool {
        let mut processes = self.network.processes.iter();
        processes.any(|process| process.name == end.process) && !is_reserved(&end.process)
    }

    /// Checks the exports of the process outside.
    fn ties(&mut self, errors: &mut Errors, repairs: &mut Vec<NetworkRepair>) {
        let mut seen: Vec<(&Ident, bool)> = Vec::new();
        for (index, tie) in self.network.ties.iter().enumerate() {
            let sound = match (self.network.outer(), tie.member()) {
                (_, None) => {
                    let process = &tie.outer.process;
                    errors.at(process, format_args!("name the port or Var: `{process}.…`"));
                    false
                }
                (None, Some(_)) => {
                    self.outside(tie, errors);
                    false
                }
                (Some(outer), Some(member)) => {
                    self.is_inside(tie, member, &outer.name, errors)
                        && is_new(tie, member, &outer.name, &mut seen, errors)
                }
            };
            let inner = tie.inner.as_ref();
            if !sound || inner.is_some_and(|inner| !self.expands(inner)) {
                repairs.push(NetworkRepair::Tie(index));
            }
        }
    }

    /// Reports an export of a network that is not inside a process.
    fn outside(&mut self, tie: &Tie, errors: &mut Errors) {
        let End { process, .. } = &tie.outer;
        // A name that is new is reported nowhere else.
        let known = !self.names.insert(process.clone());
        let ref_port = match (&tie.inner, tie.how) {
            (Some(inner), How::Is) if known => format!(
                "; a ref-port is connected by an arrow: `{} -> {};`",
                end_text(&tie.outer),
                end_text(inner)
            ),
            _ => String::new(),
        };
        errors.at(
            &tie.outer,
            format_args!(
                "`=` and `_` are for a network inside a process: `network! {{ inside net, {process}: Layer; … }}`{ref_port}"
            ),
        );
    }

    /// Returns `true` if the outer end of a tie is one of the process outside, and the inner end a
    /// member of a process inside, or nothing.
    fn is_inside(&mut self, tie: &Tie, member: &Ident, outer: &Ident, errors: &mut Errors) -> bool {
        let is_outer = tie.outer.process == *outer;
        let Some(inner) = &tie.inner else {
            if !is_outer {
                errors.at(
                    &tie.outer,
                    format_args!(
                        "`_` is for what `{outer}` exports: `{outer}.… -> _;`, `{outer}.… = _;`"
                    ),
                );
            }
            return is_outer;
        };
        match (is_outer, inner.process == *outer) {
            (true, false) => {}
            (true, true) => {
                errors.at(
                    member,
                    format_args!("both ends are `{outer}`; connect a process that is inside it"),
                );
                return false;
            }
            (false, true) => {
                let (left, right) = (end_text(inner), end_text(&tie.outer));
                errors.at(
                    &tie.outer,
                    format_args!("the Var of `{outer}` stands on the left: `{left} = {right};`"),
                );
                return false;
            }
            (false, false) if self.is_swapped(&tie.outer, errors) => return false,
            (false, false) => {
                let right = end_text(inner);
                errors.at(
                    &tie.outer,
                    format_args!("`=` exports a Var or ref-port of `{outer}`, which stands on the left: `{outer}.… = {right};`"),
                );
                return false;
            }
        }
        if !self.is_known(inner, errors) {
            return false;
        }
        if tie.how == How::Receives && !inner.chain.is_empty() {
            errors.at(member, "an input has no methods here");
            return false;
        }
        true
    }

    /// Reports a first line that names the process outside, which is this end's, in place of the
    /// network. Returns `true` if it does.
    fn is_swapped(&mut self, end: &End, errors: &mut Errors) -> bool {
        let process = &end.process;
        let Some(Outer { net, name, .. }) = self.network.outer() else {
            return false;
        };
        let is_swapped = is_path(net, process);
        self.swapped |= is_swapped;
        if is_swapped && self.blamed.insert(process.to_string()) {
            let message = format!(
                "the first line names the network, then the process outside: `inside {name}, {process}: …;`"
            );
            errors.at(net, message);
        }
        is_swapped
    }

    /// Returns `true` if an end names a process and a port.
    fn is_known(&mut self, end: &End, errors: &mut Errors) -> bool {
        let End { process, port, .. } = end;
        let known = self.names.contains(process);
        if known && port.is_some() {
            return true;
        }
        if !self
            .blamed
            .insert(format!("{:?} {process}", process.span()))
        {
            return false;
        }
        if known {
            errors.at(process, format_args!("name the port: `{process}.…`"));
            return false;
        }
        if self.is_swapped(end, errors) {
            return false;
        }
        let message = format!("no process named `{process}` in this network");
        let closest = closest(&process.to_string(), self.names.iter());
        match (self.network.outer(), closest) {
            (_, Some(name)) => {
                errors.at(process, format_args!("{message}; did you mean `{name}`?"));
            }
            (Some(Outer { name, .. }), None) => errors.at(
                process,
                format_args!("{message}; the process outside is called `{name}` here"),
            ),
            (None, None) => errors.at(
                process,
                format_args!("{message}; declare it: `{process}: Process = builder;`"),
            ),
        }
        false
    }
}

/// Returns `true` if an expression is this variable.
fn is_path(expression: &Expr, name: &Ident) -> bool {
    match expression {
        Expr::Path(path) => path.path.is_ident(name),
        Expr::Reference(reference) => is_path(&reference.expr, name),
        _ => false,
    }
}

/// Returns `true` if a member was not exported before. An in-port may lead to several.
fn is_new<'a>(
    tie: &Tie,
    member: &'a Ident,
    outer: &Ident,
    seen: &mut Vec<(&'a Ident, bool)>,
    errors: &mut Errors,
) -> bool {
    let several = tie.how == How::Receives && tie.inner.is_some();
    let twice = seen
        .iter()
        .any(|(other, others)| *other == member && !(several && *others));
    if twice {
        errors.at(
            member,
            format_args!("what stands behind `{outer}.{member}` is said twice; remove one of the two statements"),
        );
    }
    seen.push((member, several));
    !twice
}

/// The declared name that a misspelt one most resembles, if any does.
fn closest<'a>(name: &str, names: impl Iterator<Item = &'a Ident>) -> Option<&'a Ident> {
    names
        .map(|candidate| (distance(name, &candidate.to_string()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.to_string().len().max(3) / 3)
        .min_by(|(left, a), (right, b)| left.cmp(right).then_with(|| a.cmp(b)))
        .map(|(_, candidate)| candidate)
}

/// The number of letters to add, remove, change or swap with the next to turn one word into the
/// other.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            table[i][j] = match (i, j) {
                (0, _) | (_, 0) => i + j,
                _ => {
                    let same = left[i - 1] == right[j - 1];
                    let changed = table[i - 1][j - 1] + usize::from(!same);
                    changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                }
            };
            if i > 1 && j > 1 && left[i - 2] == right[j - 1] && left[i - 1] == right[j - 2] {
                table[i][j] = table[i][j].min(table[i - 2][j - 2] + 1);
            }
        }
    }
    table[left.len()][right.len()]
}
