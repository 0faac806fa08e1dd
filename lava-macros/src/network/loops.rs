//! The loops of a network, as far as its connections show them.

use std::collections::{HashMap, VecDeque};

use proc_macro2::Ident;

use super::model::{Connection, Network};

/// For every connection that closes a loop with connections before it, one such loop, the
/// shortest; its last element is the connection itself. Connections that are `delayed`, or of a
/// process whose builder takes it out of lockstep, close nothing and are part of no loop.
pub(crate) fn loops(network: &Network) -> Vec<Vec<&Connection>> {
    let mut leaving: HashMap<&Ident, Vec<&Connection>> = HashMap::new();
    let mut loops = Vec::new();
    for connection in &network.connections {
        let (from, to) = (&connection.from.process, &connection.to.process);
        if connection.from.delayed || network.is_independent(from) || network.is_independent(to) {
            continue;
        }
        if let Some(mut path) = shortest(&leaving, to, from) {
            path.push(connection);
            loops.push(path);
        }
        leaving.entry(from).or_default().push(connection);
    }
    loops
}

/// The shortest way from one process to another: empty where they are the same.
fn shortest<'a>(
    leaving: &HashMap<&'a Ident, Vec<&'a Connection>>,
    start: &'a Ident,
    end: &'a Ident,
) -> Option<Vec<&'a Connection>> {
    let mut arrived: HashMap<&Ident, Option<&'a Connection>> = HashMap::from([(start, None)]);
    let mut queue = VecDeque::from([start]);
    while let Some(process) = queue.pop_front() {
        if process == end {
            let mut path = Vec::new();
            let mut process = process;
            while let Some(Some(connection)) = arrived.get(process) {
                path.push(*connection);
                process = &connection.from.process;
            }
            path.reverse();
            return Some(path);
        }
        for connection in leaving.get(process).into_iter().flatten() {
            let next = &connection.to.process;
            if !arrived.contains_key(next) {
                arrived.insert(next, Some(connection));
                queue.push_back(next);
            }
        }
    }
    None
}
