//! Rules of names. What breaks one is left out of the model, so that the compiler does not repeat
//! the message.

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::model::{Behind, Connection, End, How, Network, Process};
use crate::errors::Errors;
use crate::text::expression_text;

/// Reports every broken rule and mends the model.
pub(crate) fn check(network: &mut Network, errors: &mut Errors) {
    let mut names: HashSet<Ident> = HashSet::new();
    let accepted = |process: &Process| {
        let Process { name, .. } = process;
        if name.unraw() == "network" {
            errors.at(
                name,
                "`network` is how the network itself is called, choose another name",
            );
            names.insert(name.clone());
            return false;
        }
        let new = names.insert(name.clone());
        if !new {
            errors.at(
                name,
                format_args!(
                    "there is a process `{name}` in this network already; choose another name"
                ),
            );
        }
        new
    };
    let (kept, dropped): (_, Vec<_>) = std::mem::take(&mut network.processes)
        .into_iter()
        .partition(accepted);
    network.processes = kept;
    network.dropped.extend(dropped);
    outside(network, &names, errors);
    let mut blamed = HashSet::new();
    let mut seen = HashSet::new();
    network.connections.retain(|connection| {
        let Connection { from, to, .. } = connection;
        let known = [from, to].map(|end| is_known(end, &names, &mut blamed, errors));
        let new = seen.insert((end_text(from), end_text(to)));
        if known == [true, true] && !new {
            errors.at(
                connection_tokens(connection),
                format_args!("`{} -> {}` is written twice", end_text(from), end_text(to)),
            );
        }
        let declared = |end: &End| end.process.unraw() != "network";
        known == [true, true] && new && declared(from) && declared(to)
    });
}

/// Checks what stands behind the ports and Vars of the process outside.
fn outside(network: &mut Network, names: &HashSet<Ident>, errors: &mut Errors) {
    let Some(outer) = network.outer().map(|outer| outer.name.clone()) else {
        for Behind { member, .. } in network.behind.drain(..) {
            errors.at(
                &member,
                "`=` and `_` are for a network inside a process: `network! { inside net, layer: Layer; … }`",
            );
        }
        return;
    };
    let mut blamed = HashSet::new();
    let mut seen: Vec<(Ident, How, bool)> = Vec::new();
    network.behind.retain(|Behind { member, inner, how }| {
        if let Some(inner) = inner {
            if inner.process == outer {
                errors.at(
                    member,
                    format_args!("both ends are `{outer}`; connect a process that is inside it"),
                );
                return false;
            }
            if !is_known(inner, names, &mut blamed, errors) {
                return false;
            }
            if *how == How::Receives && !inner.chain.is_empty() {
                errors.at(member, "an input has no methods here");
                return false;
            }
        }
        let several = *how == How::Receives && inner.is_some();
        let twice = seen
            .iter()
            .any(|(other, _, others)| other == member && !(several && *others));
        if twice {
            errors.at(
                member,
                format_args!("what stands behind `{outer}.{member}` is said twice"),
            );
        }
        seen.push((member.clone(), *how, several));
        !twice
    });
}

/// Whether an end names a process and a port. `blamed` holds the ends of lists that were reported
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

/// How many letters must be added, removed, changed or swapped with the next to turn one word into
/// the other.
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
