//! Names: which connections concern the process outside, and the rules that names must keep.
//! Nothing is changed here; what to leave out, so that the compiler does not repeat a message, is
//! for [`fallback`](crate::fallback).

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::model::{Connection, End, Frame, How, Network, Statements, Tie};
use crate::errors::Errors;
use crate::fallback::NetworkRepair;
use crate::text::expression_text;

/// Separates the connections of the process outside from connections between processes inside.
pub(crate) fn resolve(statements: Statements) -> Network {
    let Statements {
        library,
        frame,
        processes,
        connections,
        ties,
    } = statements;
    let outer = match &frame {
        Some(Frame::Inside(outer)) => Some(outer.name.clone()),
        Some(Frame::New(_)) | None => None,
    };
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
        frame,
        processes,
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
        let names = names(network, errors, &mut repairs);
        ties(network, &names, errors, &mut repairs);
        connections(network, &names, errors, &mut repairs);
    }
    repairs
}

/// Returns the names of all processes, which are declared once.
fn names(
    network: &Network,
    errors: &mut Errors,
    repairs: &mut Vec<NetworkRepair>,
) -> HashSet<Ident> {
    let mut names: HashSet<Ident> = HashSet::new();
    for (index, process) in network.processes.iter().enumerate() {
        let name = &process.name;
        let new = names.insert(name.clone());
        if is_reserved(name) {
            errors.at(
                name,
                "`network` is how the network itself is called, choose another name",
            );
        } else if !new {
            errors.at(
                name,
                format_args!(
                    "there is a process `{name}` in this network already; choose another name"
                ),
            );
        } else {
            continue;
        }
        repairs.push(NetworkRepair::Process(index));
    }
    names
}

fn is_reserved(name: &Ident) -> bool {
    name.unraw() == "network"
}

fn connections(
    network: &Network,
    names: &HashSet<Ident>,
    errors: &mut Errors,
    repairs: &mut Vec<NetworkRepair>,
) {
    let mut blamed = HashSet::new();
    let mut seen = HashSet::new();
    for (index, connection) in network.connections.iter().enumerate() {
        let Connection { from, to } = connection;
        let known = [from, to].map(|end| is_known(end, names, &mut blamed, errors));
        let known = known == [true, true];
        let new = seen.insert((end_text(from), end_text(to)));
        if known && !new {
            errors.at(
                connection_tokens(connection),
                format_args!("`{} -> {}` is written twice", end_text(from), end_text(to)),
            );
        }
        if !known || !new || is_reserved(&from.process) || is_reserved(&to.process) {
            repairs.push(NetworkRepair::Connection(index));
        }
    }
}

/// Checks the exports of the process outside.
fn ties(
    network: &Network,
    names: &HashSet<Ident>,
    errors: &mut Errors,
    repairs: &mut Vec<NetworkRepair>,
) {
    let mut blamed = HashSet::new();
    let mut seen: Vec<(&Ident, bool)> = Vec::new();
    for (index, tie) in network.ties.iter().enumerate() {
        let sound = match (network.outer(), tie.member()) {
            (_, None) => {
                let process = &tie.outer.process;
                errors.at(process, format_args!("name the port or Var: `{process}.…`"));
                false
            }
            (None, Some(member)) => {
                errors.at(
                    member,
                    "`=` and `_` are for a network inside a process: `network! { inside net, layer: Layer; … }`",
                );
                false
            }
            (Some(outer), Some(member)) => {
                is_inside(tie, member, &outer.name, names, &mut blamed, errors)
                    && is_new(tie, member, &outer.name, &mut seen, errors)
            }
        };
        if !sound {
            repairs.push(NetworkRepair::Tie(index));
        }
    }
}

/// Returns `true` if the inner end of a tie is a member of a process inside, or nothing.
fn is_inside(
    tie: &Tie,
    member: &Ident,
    outer: &Ident,
    names: &HashSet<Ident>,
    blamed: &mut HashSet<String>,
    errors: &mut Errors,
) -> bool {
    let Some(inner) = &tie.inner else {
        return true;
    };
    if inner.process == *outer {
        errors.at(
            member,
            format_args!("both ends are `{outer}`; connect a process that is inside it"),
        );
        return false;
    }
    if !is_known(inner, names, blamed, errors) {
        return false;
    }
    if tie.how == How::Receives && !inner.chain.is_empty() {
        errors.at(member, "an input has no methods here");
        return false;
    }
    true
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
            format_args!("what stands behind `{outer}.{member}` is said twice"),
        );
    }
    seen.push((member, several));
    !twice
}

/// Returns `true` if an end names a process and a port. `blamed` holds the ends of lists that were reported
/// with another pair.
fn is_known(
    end: &End,
    names: &HashSet<Ident>,
    blamed: &mut HashSet<String>,
    errors: &mut Errors,
) -> bool {
    let End { process, port, .. } = end;
    let known = names.contains(process);
    if known && port.is_some() {
        return true;
    }
    if !blamed.insert(format!("{:?} {process}", process.span())) {
        return false;
    }
    if known {
        errors.at(process, format_args!("name the port: `{process}.…`"));
        return false;
    }
    let message = format!("no process named `{process}` in this network");
    match closest(&process.to_string(), names.iter()) {
        Some(name) => errors.at(process, format_args!("{message}; did you mean `{name}`?")),
        None => errors.at(process, message),
    }
    false
}

fn end_text(end: &End) -> String {
    let End {
        process,
        port,
        chain,
        ..
    } = end;
    let port = port.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{process}.{port}{}", expression_text(chain))
}

fn connection_tokens(connection: &Connection) -> proc_macro2::TokenStream {
    let Connection { from, to, .. } = connection;
    let (process, port, chain) = (&from.process, &from.port, &from.chain);
    let (target, input) = (&to.process, &to.port);
    quote::quote!(#process.#port #chain -> #target.#input)
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
