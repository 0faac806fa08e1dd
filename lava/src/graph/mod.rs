//! The graph: processes, the connections between their ports, and the models that they get.
//!
//! Checks that need the two ends of a connection are made here, as connections are made; checks that
//! need the whole graph are the compiler's. A graph does not change once it is compiled.

mod advice;
mod batch;
mod choice;
mod composite;
mod concat;
mod edge;
mod error;
mod in_port_selection;
mod process_decl;
mod sealed;
mod selection;
mod structure;
mod virtual_port;
mod virtual_ref_port;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

pub use choice::{Build, Builds, HasChosenModel};
pub use composite::{
    CanExport, Composite, Export, ExportBinder, check_exports, export, export_both, unexported,
};
pub use concat::{ConcatKind, ConcatSources};
pub use error::ConnectError;
pub use in_port_selection::InPortSelection;
pub use selection::{
    AnyTag, Cpu, FixedPt, FloatingPt, HasModel, Loihi1SimCfg, Loihi2SimCfg, ModelOf, ModelSpec,
    OnlyModelUnlessTaggedOrAlternative, Overrides, RunConfig, WithoutFields,
};
pub use virtual_port::{Converted, Unconverted, VirtualPort};
pub use virtual_ref_port::VirtualRefPort;

pub(crate) use composite::{CompositeScope, Exports};
#[cfg(feature = "store")]
pub(crate) use edge::AsyncOptions;
pub(crate) use edge::{Edge, PortId, SourceRef, VarEdge};
#[cfg(feature = "store")]
pub(crate) use process_decl::Built;
pub(crate) use process_decl::{Implementation, ProcessDecl};
pub(crate) use sealed::Sealed;
pub(crate) use selection::{Batching, Factory};
pub(crate) use virtual_port::SourcePort;

use lava_core::data::{Dims, IndexMap};
use lava_core::transport::RankGroup;

use crate::process::{Declarations, NetworkBatch, NetworkTimeStep, PortIndex, ProcessId};

/// The declared processes and connections.
#[derive(Default)]
pub struct Graph {
    processes: Vec<ProcessDecl>,
    /// The processes by their names.
    by_name: HashMap<Arc<str>, ProcessId>,
    pub(crate) edges: Vec<Edge>,
    /// The ends and delays of the edges.
    edge_ends: HashSet<EdgeEnds>,
    pub(crate) var_edges: Vec<VarEdge>,
    /// The ref-ports that have a Var.
    linked_ref_ports: HashSet<PortId>,
    /// The processes of which Vars are recorded from the first step on.
    pub(crate) probed: BTreeSet<ProcessId>,
    /// The number of workers, if the user has set it.
    pub(crate) workers: Option<usize>,
    /// The number of shards to cut processes into, whatever that gains, if the user has set it.
    pub(crate) shards: Option<usize>,
    /// The most memory that the network may need, in bytes, if the user has set it.
    pub(crate) memory_limit: Option<u64>,
    /// The ranks that run the network together, if there are several.
    pub(crate) ranks: Option<Arc<RankGroup>>,
    /// The time step, which the network shares.
    pub(crate) time_step: Arc<NetworkTimeStep>,
    /// The batch, which the network shares.
    pub(crate) batch: Arc<NetworkBatch>,
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("processes", &self.processes.len())
            .field("connections", &self.edges.len())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct EdgeEnds {
    from: PortId,
    to: PortId,
    delay: usize,
    map: IndexMap,
}

/// Numbers of edges and of links from ref-ports to Vars.
#[derive(Clone, Copy)]
struct LinkCounts {
    edges: usize,
    var_edges: usize,
}

impl Graph {
    /// Adds a process without declarations and implementation.
    pub(crate) fn reserve(
        &mut self,
        name: Arc<str>,
        kind: &'static str,
        parent: Option<ProcessId>,
    ) -> ProcessId {
        let id = self.next_id();
        self.by_name.insert(Arc::clone(&name), id);
        let made_before = LinkCounts {
            edges: self.edges.len(),
            var_edges: self.var_edges.len(),
        };
        self.processes.push(ProcessDecl {
            name,
            kind,
            #[cfg(feature = "store")]
            built: Built::default(),
            parent,
            in_ports: Vec::new(),
            out_ports: Vec::new(),
            ref_ports: Vec::new(),
            vars: Vec::new(),
            members: Vec::new(),
            implementation: Implementation::Reserved,
            touches_async: false,
            made_before,
        });
        id
    }

    /// Notes the type of a process.
    #[cfg(feature = "store")]
    pub(crate) fn set_type(&mut self, id: ProcessId, type_id: std::any::TypeId) {
        self.processes[id.index()].built.type_id = Some(type_id);
    }

    /// Gives a process its declarations.
    pub(crate) fn declare(&mut self, id: ProcessId, declarations: Declarations) {
        let process = &mut self.processes[id.index()];
        process.in_ports = declarations.in_ports;
        process.out_ports = declarations.out_ports;
        process.ref_ports = declarations.ref_ports;
        process.vars = declarations.vars;
        process.members = declarations.members;
        #[cfg(feature = "store")]
        {
            process.built.given = declarations.given;
        }
        process.implementation = Implementation::Pending;
    }

    /// The id of the process that is added next.
    pub(crate) fn next_id(&self) -> ProcessId {
        ProcessId(self.processes.len())
    }

    /// The number of processes.
    pub(crate) fn len(&self) -> usize {
        self.processes.len()
    }

    /// The ids of all processes.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = ProcessId> + Clone + use<> {
        (0..self.processes.len()).map(ProcessId)
    }

    /// A process.
    pub(crate) fn process(&self, id: ProcessId) -> &ProcessDecl {
        &self.processes[id.index()]
    }

    /// Gives a process its implementation.
    pub(crate) fn implement(&mut self, id: ProcessId, implementation: Implementation) {
        self.processes[id.index()].implementation = implementation;
    }

    /// The out-ports of a process.
    pub(crate) fn out_ports(&self, process: ProcessId) -> impl Iterator<Item = PortId> + use<> {
        let ports = 0..self.process(process).out_ports.len();
        ports.map(move |port| PortId {
            process,
            port: PortIndex(port),
        })
    }

    /// All processes with their ids.
    pub(crate) fn processes(&self) -> impl Iterator<Item = (ProcessId, &ProcessDecl)> {
        self.ids().zip(&self.processes)
    }

    /// The process of this name.
    pub(crate) fn by_name(&self, name: &str) -> Option<ProcessId> {
        self.by_name.get(name).copied()
    }

    /// A process and the processes inside it, which were added after it.
    pub(crate) fn descendants(&self, process: ProcessId) -> Vec<ProcessId> {
        let ids = (process.index()..self.processes.len()).map(ProcessId);
        ids.filter(|id| *id == process || self.is_inside(*id, process))
            .collect()
    }

    /// Returns `true` if a process is inside a composite process.
    pub(crate) fn is_inside(&self, id: ProcessId, composite: ProcessId) -> bool {
        let parent = self.process(id).parent;
        let mut parents = std::iter::successors(parent, |id| self.process(*id).parent);
        parents.any(|id| id == composite)
    }

    /// A composite process and those around it, from the innermost.
    pub(crate) fn ancestors(
        &self,
        parent: Option<ProcessId>,
    ) -> impl Iterator<Item = &ProcessDecl> {
        std::iter::successors(parent, |id| self.process(*id).parent).map(|id| self.process(id))
    }

    /// Removes a process and the processes inside it, and their connections. Visits only what was
    /// added after the process.
    pub(crate) fn remove(&mut self, process: ProcessId) {
        let removed: HashSet<ProcessId> = self.descendants(process).into_iter().collect();
        let first = self.process(process).made_before;
        let is_removed = |process: &ProcessId| removed.contains(process);
        let ends = |edge: &Edge| [edge.from.process, edge.to.process];
        let edges = self
            .edges
            .extract_if(first.edges.., |edge| ends(edge).iter().any(is_removed));
        for edge in edges {
            self.edge_ends.remove(&EdgeEnds::of(&edge));
        }
        let ends = |link: &VarEdge| [link.from.process, link.to];
        let links = self
            .var_edges
            .extract_if(first.var_edges.., |link| ends(link).iter().any(is_removed));
        for link in links {
            self.linked_ref_ports.remove(&link.from);
        }
        for decl in &mut self.processes[process.index()..] {
            // What follows the removed edges and links has moved up.
            let before = &mut decl.made_before;
            before.edges = before.edges.min(first.edges);
            before.var_edges = before.var_edges.min(first.var_edges);
        }
        for id in removed {
            let is_last = id.index() + 1 == self.processes.len();
            let decl = &mut self.processes[id.index()];
            // A handle may refer to a process that was declared, so its id is not used again.
            let is_reserved = matches!(decl.implementation, Implementation::Reserved);
            decl.implementation = Implementation::Pending;
            // The name can be used again.
            self.by_name.remove(&decl.name);
            decl.name = "".into();
            if is_last && is_reserved {
                self.processes.pop();
            }
        }
    }

    /// Links a ref-port of a process with a model to a Var. Returns `false`, and does nothing, if the
    /// port has one already.
    pub(crate) fn link(&mut self, link: VarEdge) -> bool {
        let is_new = self.linked_ref_ports.insert(link.from);
        if is_new {
            self.var_edges.push(link);
        }
        is_new
    }

    /// The processes with a model.
    pub(crate) fn running(&self) -> impl Iterator<Item = (ProcessId, &ProcessDecl)> {
        self.processes()
            .filter(|(_, process)| process.spec().is_some())
    }

    /// Connects the sources of a virtual port of these extents to an in-port, through all composite
    /// processes at either end. With `selected`, each element arrives at the index that this has
    /// for it.
    pub(crate) fn connect(
        &mut self,
        sources: &[SourcePort],
        dims: &Dims,
        to: PortId,
        selected: Option<&[u32]>,
    ) -> Result<(), ConnectError> {
        let in_port = &self.process(to.process).in_ports[to.port.index()];
        let whole = in_port.extents.sample();
        let to_dims = selected.map_or_else(|| whole.clone(), |indices| [indices.len()].into());
        if *dims != to_dims {
            return Err(ConnectError::Shape {
                from: SourcePort::labels(sources),
                from_dims: dims.clone(),
                to: self.in_label(to),
                advice: self.shape_advice(sources, dims, (to, &to_dims)),
                to_dims,
            });
        }
        let edges = self.edges_between(sources, to, selected);
        let exists = |edge: &Edge| self.edge_ends.contains(&EdgeEnds::of(edge));
        if edges.iter().all(exists) {
            return Err(ConnectError::Duplicate {
                from: SourcePort::labels(sources),
                to: self.in_label(to),
            });
        }
        for edge in edges {
            self.add_edge(edge);
        }
        Ok(())
    }

    /// Adds an edge between processes with models. Returns `false` if it was there already; it is then
    /// there twice.
    pub(crate) fn add_edge(&mut self, edge: Edge) -> bool {
        if self.crosses_domain(&edge) {
            for end in [edge.from.process, edge.to.process] {
                self.processes[end.index()].touches_async = true;
            }
        }
        let is_new = self.edge_ends.insert(EdgeEnds::of(&edge));
        self.edges.push(edge);
        is_new
    }

    fn edges_between(
        &self,
        sources: &[SourcePort],
        to: PortId,
        selected: Option<&[u32]>,
    ) -> Vec<Edge> {
        let mut edges = Vec::new();
        for SourcePort {
            source, factory, ..
        } in sources
        {
            for mut source in self.resolve_sources(source) {
                if let Some(indices) = selected {
                    source.permute(indices);
                }
                for to in self.resolve_targets(to) {
                    edges.push(Edge {
                        from: source.port,
                        to,
                        delay: source.delay,
                        map: source.map.clone(),
                        async_options: source.async_options,
                        factory: *factory,
                    });
                }
            }
        }
        edges
    }

    /// The out-ports of processes with models that a source exports, or the source itself.
    pub(crate) fn resolve_sources(&self, source: &SourceRef) -> Vec<SourceRef> {
        let decl = self.process(source.port.process);
        let Implementation::Composite(exports) = &decl.implementation else {
            return vec![source.clone()];
        };
        let outer = |inner: SourceRef| {
            let index = |element| match inner.map.get(element) {
                Some(position) => source.map.entry(position),
                None => IndexMap::DROPPED,
            };
            SourceRef {
                delay: inner.delay + source.delay,
                async_options: inner.async_options.or(source.async_options),
                map: (0..inner.len).map(index).collect(),
                ..inner
            }
        };
        let exported = exports.out_ports[source.port.port.index()].iter();
        exported
            .flat_map(|inner| self.resolve_sources(inner))
            .map(outer)
            .filter(|source| !source.is_dropped())
            .collect()
    }

    /// The in-ports of processes with models that an in-port exports, or the port itself.
    pub(crate) fn resolve_targets(&self, port: PortId) -> Vec<PortId> {
        self.resolve(port, |exports| &exports.in_ports)
    }

    /// The ref-ports of processes with models that a ref-port exports, or the port itself.
    pub(crate) fn resolve_ref_ports(&self, port: PortId) -> Vec<PortId> {
        self.resolve(port, |exports| &exports.ref_ports)
    }

    /// The ports of processes with models that a port exports, or the port itself; `exported` are
    /// those of its kind.
    fn resolve(&self, port: PortId, exported: fn(&Exports) -> &[Vec<PortId>]) -> Vec<PortId> {
        match &self.process(port.process).implementation {
            Implementation::Composite(exports) => {
                let inner = exported(exports)[port.port.index()].iter();
                inner
                    .flat_map(|inner| self.resolve(*inner, exported))
                    .collect()
            }
            Implementation::Model(_) | Implementation::Reserved | Implementation::Pending => {
                vec![port]
            }
        }
    }

    /// Returns `true` if the model only adds to the messages of an out-port.
    pub(crate) fn is_accumulate_only(&self, port: PortId) -> bool {
        let process = self.process(port.process);
        let name = process.out_ports[port.port.index()].name;
        process
            .spec()
            .is_some_and(|spec| spec.adds_to.contains(&name))
    }

    /// Returns `true` if an edge connects two timing domains.
    pub(crate) fn crosses_domain(&self, edge: &Edge) -> bool {
        let ends = [edge.from.process, edge.to.process];
        ends.iter().any(|id| self.process(*id).is_independent())
    }

    /// The edges whose messages arrive in the step in which they are sent.
    pub(crate) fn same_step_edges(&self) -> impl Iterator<Item = &Edge> {
        let edges = self.edges.iter();
        edges.filter(|edge| self.delay(edge) == 0 && !self.crosses_domain(edge))
    }

    /// The steps between sending and arriving.
    pub(crate) fn delay(&self, edge: &Edge) -> usize {
        let from = edge.from;
        self.process(from.process).out_ports[from.port.index()].delay + edge.delay
    }

    /// `process.port` of an out-port.
    pub(crate) fn out_label(&self, id: PortId) -> String {
        let process = self.process(id.process);
        process.label(process.out_ports[id.port.index()].name)
    }

    /// `process.port` of a ref-port.
    pub(crate) fn ref_label(&self, id: PortId) -> String {
        let process = self.process(id.process);
        process.label(process.ref_ports[id.port.index()].name)
    }

    /// `process.port` of an in-port.
    pub(crate) fn in_label(&self, id: PortId) -> String {
        let process = self.process(id.process);
        process.label(process.in_ports[id.port.index()].name)
    }
}

impl EdgeEnds {
    fn of(edge: &Edge) -> EdgeEnds {
        EdgeEnds {
            from: edge.from,
            to: edge.to,
            delay: edge.delay,
            map: edge.map.clone(),
        }
    }
}
