//! The graph under construction: processes and the connections between their ports.

use std::any::Any;
use std::sync::Arc;

use super::connect::{Branch, VirtualPort};
use super::error::ConnectError;
use super::inside::Inside;
use crate::model::{Blueprint, FeedMaker, Pace};
use crate::process::{AnyVar, Assembly, InPortDecl, OutPortDecl, RefPortDecl};

/// Everything that has been declared.
#[doc(hidden)]
#[derive(Default)]
pub struct Graph {
    pub(crate) processes: Vec<ProcessDecl>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) references: Vec<Reference>,
    /// How many workers the user asked for; `None` leaves it to the compiler.
    pub(crate) workers: Option<usize>,
    /// Whether models are measured.
    pub(crate) measured: bool,
}

/// One process.
pub(crate) struct ProcessDecl {
    pub(crate) name: Arc<str>,
    /// The name of its type.
    pub(crate) kind: &'static str,
    pub(crate) in_ports: Vec<InPortDecl>,
    pub(crate) out_ports: Vec<OutPortDecl>,
    pub(crate) ref_ports: Vec<RefPortDecl>,
    pub(crate) vars: Vec<Box<dyn AnyVar>>,
    pub(crate) members: Vec<(&'static str, Box<dyn Any + Send + Sync>)>,
    pub(crate) role: Role,
    /// Whether it is connected to one that runs by itself.
    pub(crate) meets_alone: bool,
}

/// What a process is in the network.
pub(crate) enum Role {
    /// It has a model.
    Runs(Blueprint),
    /// It stands for the processes inside it.
    Contains(Inside),
    /// It could not be built, or is being built: nothing can be connected to it.
    Absent,
}

/// A port: the index of its process, and its own among the in-, out- or ref-ports of that process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PortId {
    pub(crate) process: usize,
    pub(crate) port: usize,
}

/// Where the elements of a message go in the one that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// One after the other, from this place on.
    From(usize),
    /// Each to a place of its own.
    Each(Arc<[u32]>),
}

/// What an out-port contributes to a message.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) port: PortId,
    /// How many elements it has.
    pub(crate) len: usize,
    /// Steps beyond the delay that the out-port declares.
    pub(crate) delay: usize,
    pub(crate) places: Places,
    pub(crate) crossing: Crossing,
}

/// How a connection carries messages between models that do not keep the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crossing {
    /// How many messages it holds, if that was said.
    pub(crate) capacity: Option<usize>,
    /// Whether those in step wait for its messages.
    pub(crate) waits: bool,
}

/// One connection.
pub(crate) struct Edge {
    pub(crate) from: PortId,
    pub(crate) to: PortId,
    /// Steps beyond the delay that the out-port declares.
    pub(crate) delay: usize,
    pub(crate) places: Places,
    pub(crate) crossing: Crossing,
    pub(crate) feed: FeedMaker,
}

/// A ref-port and the Var that it reads and writes.
pub(crate) struct Reference {
    pub(crate) from: PortId,
    /// The process whose Var it is.
    pub(crate) to: usize,
    pub(crate) var: &'static str,
    /// The `Arc<VarCore<T>>`.
    pub(crate) core: Box<dyn Any + Send + Sync>,
    /// Where the Var's elements are in what is read.
    pub(crate) places: Places,
}

impl Crossing {
    /// What is said by the one or the other.
    fn or(self, other: Crossing) -> Crossing {
        Crossing {
            capacity: other.capacity.or(self.capacity),
            waits: self.waits || other.waits,
        }
    }
}

impl Source {
    /// All of an out-port, as it is sent.
    pub(crate) fn whole(process: usize, port: usize, len: usize) -> Source {
        Source {
            port: PortId { process, port },
            len,
            delay: 0,
            places: Places::From(0),
            crossing: Crossing::default(),
        }
    }

    /// Moves every element on, from its place to the one that `places` has for it.
    pub(crate) fn moved(&mut self, places: &[u32]) {
        self.places = (0..self.len)
            .map(|element| places[self.places.of(element)])
            .collect();
    }
}

impl FromIterator<u32> for Places {
    fn from_iter<I: IntoIterator<Item = u32>>(places: I) -> Places {
        let places: Arc<[u32]> = places.into_iter().collect();
        let ascend = places.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        match places.first() {
            Some(first) if ascend => Places::From(*first as usize),
            _ => Places::Each(places),
        }
    }
}

impl Places {
    /// The place of an element.
    pub(crate) fn of(&self, element: usize) -> usize {
        match self {
            Places::From(first) => first + element,
            Places::Each(places) => places[element] as usize,
        }
    }
}

impl ProcessDecl {
    /// How its model is made, if it has one.
    pub(crate) fn blueprint(&self) -> Option<&Blueprint> {
        match &self.role {
            Role::Runs(blueprint) => Some(blueprint),
            Role::Contains(_) | Role::Absent => None,
        }
    }

    /// How its model keeps time: in step, if it has none.
    pub(crate) fn pace(&self) -> Pace {
        let blueprint = self.blueprint();
        blueprint.map_or(Pace::InStep, |blueprint| blueprint.pace)
    }

    /// Whether its model runs by itself.
    pub(crate) fn is_alone(&self) -> bool {
        self.pace() != Pace::InStep
    }

    /// The in-ports and Vars of which every shard has all, if its model can be cut.
    pub(crate) fn splits(&self) -> Option<&'static [&'static str]> {
        self.blueprint()?.splits
    }

    /// Whether every shard has all of an in-port or Var.
    pub(crate) fn has_whole(&self, member: &str) -> bool {
        self.splits().unwrap_or_default().contains(&member)
    }
}

impl Graph {
    /// Adds a process, absent until it has a role.
    pub(crate) fn add(&mut self, name: Arc<str>, kind: &'static str, assembly: Assembly) {
        let Assembly {
            in_ports,
            out_ports,
            ref_ports,
            vars,
            members,
            ..
        } = assembly;
        self.processes.push(ProcessDecl {
            name,
            kind,
            in_ports,
            out_ports,
            ref_ports,
            vars,
            members,
            role: Role::Absent,
            meets_alone: false,
        });
    }

    /// A process, and those inside it.
    pub(crate) fn within(&self, process: usize) -> Vec<usize> {
        let name = &*self.processes[process].name;
        let within = |other: &str| match other.strip_prefix(name) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        };
        let all = 0..self.processes.len();
        all.filter(|other| within(&self.processes[*other].name))
            .collect()
    }

    /// Takes a process, and what is inside it, out again.
    pub(crate) fn remove(&mut self, process: usize) {
        let gone = self.within(process);
        self.edges
            .retain(|edge| !gone.contains(&edge.from.process) && !gone.contains(&edge.to.process));
        self.references.retain(|reference| {
            !gone.contains(&reference.from.process) && !gone.contains(&reference.to)
        });
        for process in gone {
            let decl = &mut self.processes[process];
            decl.role = Role::Absent;
            // The name is free again.
            decl.name = "".into();
        }
    }

    /// The processes that run.
    pub(crate) fn running(&self) -> impl Iterator<Item = (usize, &ProcessDecl)> {
        let processes = self.processes.iter().enumerate();
        processes.filter(|(_, process)| process.blueprint().is_some())
    }

    /// Connects a virtual port, through all hierarchies at either end.
    pub(crate) fn connect<T, S, K>(
        &mut self,
        port: &VirtualPort<T, S, K>,
        to: PortId,
    ) -> Result<(), ConnectError> {
        let from_label = || {
            let labels: Vec<String> = port.branches().iter().map(Branch::label).collect();
            labels.join(" + ")
        };
        let to_dims = &self.processes[to.process].in_ports[to.port].dims;
        if port.dims() != to_dims {
            return Err(ConnectError::Shape {
                from: from_label(),
                from_dims: port.dims().clone(),
                to: self.in_label(to),
                to_dims: to_dims.clone(),
            });
        }
        let mut edges = Vec::new();
        for branch in port.branches() {
            for source in self.leaves(&branch.source) {
                for to in self.targets(to) {
                    edges.push(Edge {
                        from: source.port,
                        to,
                        delay: source.delay,
                        places: source.places.clone(),
                        crossing: source.crossing,
                        feed: branch.feed,
                    });
                }
            }
        }
        let same = |edge: &Edge, other: &Edge| {
            (other.from, other.to, other.delay) == (edge.from, edge.to, edge.delay)
                && other.places == edge.places
        };
        let twice = |edge: &Edge| self.edges.iter().any(|other| same(edge, other));
        if edges.iter().all(twice) {
            return Err(ConnectError::Duplicate {
                from: from_label(),
                to: self.in_label(to),
            });
        }
        let crossing = edges.iter().filter(|edge| self.crosses(edge));
        let ends: Vec<usize> = crossing
            .flat_map(|edge| [edge.from.process, edge.to.process])
            .collect();
        for process in ends {
            self.processes[process].meets_alone = true;
        }
        self.edges.extend(edges);
        Ok(())
    }

    /// The out-ports of processes that run behind a source.
    pub(super) fn leaves(&self, source: &Source) -> Vec<Source> {
        let Role::Contains(inside) = &self.processes[source.port.process].role else {
            return vec![source.clone()];
        };
        let behind = &inside.out_ports[source.port.port];
        let outer = |inner: Source| {
            let places = |element| source.places.of(inner.places.of(element)) as u32;
            Source {
                delay: inner.delay + source.delay,
                crossing: inner.crossing.or(source.crossing),
                places: (0..inner.len).map(places).collect(),
                ..inner
            }
        };
        let leaves = behind.iter().flat_map(|inner| self.leaves(inner));
        leaves.map(outer).collect()
    }

    /// The in-ports of processes that run behind an in-port.
    pub(super) fn targets(&self, port: PortId) -> Vec<PortId> {
        match &self.processes[port.process].role {
            Role::Contains(inside) => {
                let behind = inside.in_ports[port.port].iter();
                behind.flat_map(|inner| self.targets(*inner)).collect()
            }
            Role::Runs(_) | Role::Absent => vec![port],
        }
    }

    /// The ref-ports of processes that run behind a ref-port.
    pub(super) fn referrers(&self, port: PortId) -> Vec<PortId> {
        match &self.processes[port.process].role {
            Role::Contains(inside) => {
                let behind = inside.ref_ports[port.port].iter();
                behind.flat_map(|inner| self.referrers(*inner)).collect()
            }
            Role::Runs(_) | Role::Absent => vec![port],
        }
    }

    /// The out-port of a process that runs which sends, as it is, what an out-port is said to send.
    pub(crate) fn sender(&self, port: PortId) -> Option<PortId> {
        let len = self.processes[port.process].out_ports[port.port].dims.len();
        let sources = self.leaves(&Source::whole(port.process, port.port, len));
        match &sources[..] {
            [source]
                if source.delay == 0 && source.len == len && source.places == Places::From(0) =>
            {
                Some(source.port)
            }
            _ => None,
        }
    }

    /// Whether the model only adds into an out-port.
    pub(crate) fn only_adds(&self, port: PortId) -> bool {
        let process = &self.processes[port.process];
        let name = process.out_ports[port.port].name;
        let blueprint = process.blueprint();
        blueprint.is_some_and(|blueprint| blueprint.adds_to.contains(&name))
    }

    /// Whether the models at its ends do not keep the same time.
    pub(crate) fn crosses(&self, edge: &Edge) -> bool {
        let ends = [edge.from.process, edge.to.process];
        ends.iter()
            .any(|process| self.processes[*process].is_alone())
    }

    /// The connections whose messages arrive in the step in which they are sent.
    pub(crate) fn immediate(&self) -> impl Iterator<Item = &Edge> {
        let edges = self.edges.iter();
        edges.filter(|edge| self.delay(edge) == 0 && !self.crosses(edge))
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
