//! The depth of each message ring.

use super::accumulators::Accumulators;
use super::pace::Pace;
use crate::graph::{Graph, PortId};
use crate::process::OutPortDecl;

/// The number of steps of messages that the ring of each out-port keeps.
#[derive(Debug)]
pub(crate) struct RingDepths {
    spans: Vec<Vec<RingSpan>>,
    /// A slot more where a worker may be a step ahead of another.
    spare: usize,
}

/// The steps that a ring has to hold beside the current one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RingSpan {
    /// The longest delay of a reader.
    pub(crate) delay: usize,
    /// The steps for which a message is kept because readers on several ranks may receive it late.
    kept: usize,
    /// The steps that are written ahead.
    pub(crate) ahead: usize,
}

impl RingDepths {
    /// A slot for the current step, for each step of delay and each that is written ahead, and one
    /// more where a worker may be a step ahead of another (`transport/ring.rs`, invariant 4).
    pub(super) fn new(
        graph: &Graph,
        accumulators: &Accumulators,
        workers: usize,
        pace: Option<&Pace>,
    ) -> RingDepths {
        let spare = usize::from(workers > 1);
        // A probe reads a port with the delay that it declares, also where nothing is connected.
        let declared = |port: &OutPortDecl| RingSpan {
            delay: port.delay,
            kept: port.delay,
            ahead: 0,
        };
        let ports = graph.processes().map(|(_, decl)| decl.out_ports.iter());
        let mut spans: Vec<Vec<RingSpan>> =
            ports.map(|ports| ports.map(declared).collect()).collect();
        for edge in &graph.edges {
            let PortId { process, port } = edge.from;
            let span = &mut spans[process.index()][port.index()];
            let lag = pace.map_or(0, |pace| pace.lag(edge.to));
            span.delay = span.delay.max(graph.delay(edge));
            span.kept = span.kept.max(graph.delay(edge) + lag);
        }
        for (id, decl) in graph.processes() {
            for (port, decl) in graph.out_ports(id).zip(&decl.out_ports) {
                let PortId { process, port } = accumulators.of(port);
                let span = &mut spans[process.index()][port.index()];
                span.ahead = span.ahead.max(decl.ahead);
            }
        }
        RingDepths { spans, spare }
    }

    /// The depth of the ring of an out-port.
    pub(crate) fn of(&self, port: PortId) -> usize {
        let span = self.span(port);
        1 + span.kept + span.ahead + self.spare
    }

    /// The steps that the ring of an out-port holds beside the current one.
    pub(crate) fn span(&self, port: PortId) -> RingSpan {
        self.spans[port.process.index()][port.port.index()]
    }
}
