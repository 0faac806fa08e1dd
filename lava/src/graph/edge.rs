//! The edges of the graph: connections between ports, and links from ref-ports to Vars.

use std::any::Any;

use lava_core::data::IndexMap;
use lava_core::transport::InboundFactory;

use crate::process::{PortIndex, ProcessId, ProcessRef};

/// A port: its process, and its index among the in-, out- or ref-ports of that process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct PortId {
    pub(crate) process: ProcessId,
    pub(crate) port: PortIndex,
}

impl PortId {
    /// A port of a process.
    pub(crate) fn of(process: &ProcessRef, port: PortIndex) -> PortId {
        PortId {
            process: process.id,
            port,
        }
    }
}

/// The contribution of an out-port to a message.
#[derive(Clone, Debug)]
pub(crate) struct SourceRef {
    pub(crate) port: PortId,
    /// The number of its elements.
    pub(crate) len: usize,
    /// Steps beyond the delay that the out-port declares.
    pub(crate) delay: usize,
    /// The index in the message of each element that arrives.
    pub(crate) map: IndexMap,
    pub(crate) async_options: AsyncOptions,
}

/// Options of a connection between timing domains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AsyncOptions {
    /// The capacity of its queue, if it was given.
    pub(crate) capacity: Option<usize>,
    /// A lockstep receiver waits for one message per step.
    pub(crate) waits: bool,
}

/// A connection between the ports of two processes with models.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) from: PortId,
    pub(crate) to: PortId,
    /// Steps beyond the delay that the out-port declares.
    pub(crate) delay: usize,
    /// The element of the in-port for each element of the out-port.
    pub(crate) map: IndexMap,
    pub(crate) async_options: AsyncOptions,
    pub(crate) factory: InboundFactory,
}

/// A ref-port and the Var that it reads and writes.
#[derive(Debug)]
pub(crate) struct VarEdge {
    pub(crate) from: PortId,
    /// The process of the Var.
    pub(crate) to: ProcessId,
    pub(crate) var: &'static str,
    /// The `Arc<VarInner<T>>`.
    pub(crate) inner: Box<dyn Any + Send + Sync>,
    /// The element of the Var for each element of the port.
    pub(crate) map: IndexMap,
}

impl AsyncOptions {
    /// The options of a connection that goes through both ends.
    pub(super) fn or(self, outer: AsyncOptions) -> AsyncOptions {
        AsyncOptions {
            capacity: outer.capacity.or(self.capacity),
            waits: self.waits || outer.waits,
        }
    }
}

impl SourceRef {
    /// All `len` elements of an out-port in their order.
    pub(crate) fn whole(port: PortId, len: usize) -> SourceRef {
        SourceRef {
            port,
            len,
            delay: 0,
            map: IndexMap::Offset(0),
            async_options: AsyncOptions::default(),
        }
    }

    /// Moves every element to the index that `table` has for its current one.
    pub(crate) fn permute(&mut self, table: &[u32]) {
        let moved = |position: Option<usize>| position.map_or(IndexMap::DROPPED, |at| table[at]);
        self.map = (0..self.len)
            .map(|element| moved(self.map.get(element)))
            .collect();
    }

    /// Returns `true` if none of its elements arrives.
    pub(crate) fn is_dropped(&self) -> bool {
        (0..self.len).all(|element| self.map.get(element).is_none())
    }
}
