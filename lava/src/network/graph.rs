//! The graph under construction: processes and the connections between their ports.

use std::any::Any;
use std::sync::Arc;

use super::error::ConnectError;
use crate::model::{Blueprint, FeedMaker};
use crate::process::{AnyVar, Assembly, Dims, InPortDecl, OutPortDecl};

/// Everything that has been declared.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) processes: Vec<ProcessDecl>,
    pub(crate) edges: Vec<Edge>,
    /// How many workers the user asked for; `None` leaves it to the compiler.
    pub(crate) workers: Option<usize>,
}

/// One process.
pub(crate) struct ProcessDecl {
    pub(crate) name: Arc<str>,
    pub(crate) in_ports: Vec<InPortDecl>,
    pub(crate) out_ports: Vec<OutPortDecl>,
    pub(crate) vars: Vec<Box<dyn AnyVar>>,
    pub(crate) members: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
    pub(crate) blueprint: Blueprint,
}

/// A port: the index of its process, and its own among the in- or out-ports of that process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PortId {
    pub(crate) process: usize,
    pub(crate) port: usize,
}

/// One connection.
pub(crate) struct Edge {
    pub(crate) from: PortId,
    pub(crate) to: PortId,
    /// Steps beyond the delay that the out-port declares.
    pub(crate) delay: usize,
    pub(crate) scatter: Option<Arc<[u32]>>,
    pub(crate) feed: FeedMaker,
}

impl ProcessDecl {
    /// Whether every shard has all of an in-port or Var.
    pub(crate) fn has_whole(&self, member: &str) -> bool {
        let whole = self.blueprint.splits.unwrap_or_default();
        whole.contains(&member)
    }
}

impl Graph {
    pub(crate) fn add(&mut self, name: Arc<str>, assembly: Assembly, blueprint: Blueprint) {
        let Assembly {
            in_ports,
            out_ports,
            vars,
            members,
            ..
        } = assembly;
        self.processes.push(ProcessDecl {
            name,
            in_ports,
            out_ports,
            vars,
            members,
            blueprint,
        });
    }

    pub(crate) fn connect(&mut self, edge: Edge, dims: &Dims) -> Result<(), ConnectError> {
        let to_dims = &self.processes[edge.to.process].in_ports[edge.to.port].dims;
        if dims != to_dims {
            return Err(ConnectError::Shape {
                from: self.out_label(edge.from),
                from_dims: dims.clone(),
                to: self.in_label(edge.to),
                to_dims: to_dims.clone(),
            });
        }
        let same = |other: &&Edge| {
            (other.from, other.to, other.delay) == (edge.from, edge.to, edge.delay)
                && other.scatter == edge.scatter
        };
        if self.edges.iter().find(same).is_some() {
            return Err(ConnectError::Duplicate {
                from: self.out_label(edge.from),
                to: self.in_label(edge.to),
            });
        }
        self.edges.push(edge);
        Ok(())
    }

    /// Whether the model only adds into an out-port.
    pub(crate) fn only_adds(&self, port: PortId) -> bool {
        let process = &self.processes[port.process];
        let name = process.out_ports[port.port].name;
        process.blueprint.adds_to.contains(&name)
    }

    /// All steps between sending and arriving.
    pub(crate) fn delay(&self, edge: &Edge) -> usize {
        self.processes[edge.from.process].out_ports[edge.from.port].delay + edge.delay
    }

    /// `process.port`
    pub(crate) fn out_label(&self, port: PortId) -> String {
        let process = &self.processes[port.process];
        format!("{}.{}", process.name, process.out_ports[port.port].name)
    }

    /// `process.port`
    pub(crate) fn in_label(&self, port: PortId) -> String {
        let process = &self.processes[port.process];
        format!("{}.{}", process.name, process.in_ports[port.port].name)
    }
}
