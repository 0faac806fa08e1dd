//! Plan → models with their ports, and what connects them.

use std::sync::Arc;

use super::clock::Clock;
use super::crossing::{AnyQueue, Inlet};
use super::desk::{Desk, Duty};
use super::floor::{Label, Recorder};
use super::gate::{Door, Gate};
use super::hub::{Feeds, Hub};
use super::shared::AnyOutlet;
use super::solo::{Course, Detached, Solo};
use super::sync::{Mutex, lock};
use crate::Result;
use crate::compiler::{Part, Plan, Turn};
use crate::model::{Alone, AnyLink, Binder, Connection, Make, Node, Pace, Phase, Wishes};
use crate::network::{Edge, Graph, Places, PortId};

/// How many messages a connection between models of different pace holds.
const CAPACITY: usize = 64;

/// Everything that a network is run with.
pub(super) struct Built {
    /// By part.
    pub(super) models: Vec<Box<dyn Node>>,
    /// By part.
    pub(super) labels: Vec<Label>,
    /// By part and out-port.
    pub(super) outlets: Vec<Vec<AnyOutlet>>,
    /// By part.
    pub(super) clocks: Vec<Arc<Clock>>,
    /// The worker that runs each part, if one does.
    pub(super) placement: Vec<Option<usize>>,
    /// Whether parts may go to another worker between steps.
    pub(super) movable: bool,
    pub(super) desks: Vec<Desk>,
    pub(super) gate: Option<Gate>,
    /// What the models need from outside.
    pub(super) doors: Vec<Arc<dyn Door>>,
    pub(super) solos: Vec<Solo>,
    pub(super) hub: Arc<Hub>,
    /// The queues of the hub, each with the process that sends.
    pub(super) queues: Vec<(usize, Arc<dyn AnyQueue>)>,
}

/// A connection between models that do not keep the same time.
struct Crossing<'a> {
    edge: &'a Edge,
    queue: Arc<dyn AnyQueue>,
    number: usize,
}

/// The receiving ends of the connections of one model, or of the gate.
#[derive(Default)]
struct Arrivals {
    inlets: Vec<Box<dyn Inlet>>,
    /// The queues that they are of.
    numbers: Vec<usize>,
}

/// Puts a network together.
pub(super) fn build(graph: &Graph, plan: &Plan) -> Result<Built> {
    let mut placement = vec![None; plan.parts.list.len()];
    for (worker, turns) in plan.workers.iter().enumerate() {
        turns
            .iter()
            .for_each(|turn| placement[turn.part] = Some(worker));
    }
    let at_work: Vec<Arc<Clock>> = plan.workers.iter().map(|_| Arc::default()).collect();
    let movable = is_movable(plan);
    let own: Vec<Arc<Clock>> = placement.iter().map(|_| Arc::default()).collect();
    let clock = |(part, worker): (usize, &Option<usize>)| match worker {
        Some(_) if movable => Arc::clone(&own[plan.roster.companion(part)]),
        Some(worker) => Arc::clone(&at_work[*worker]),
        None => Arc::clone(&own[part]),
    };
    let clocks: Vec<Arc<Clock>> = placement.iter().enumerate().map(clock).collect();
    let (hub, crossings) = crossings(graph, plan);
    let mut site = Site {
        graph,
        plan,
        outlets: outlets(graph, plan),
        clocks,
        crossings,
        hub,
        gate: Arrivals::default(),
        gate_doors: Vec::new(),
        doors: Vec::new(),
    };
    let incoming = incoming(graph, plan);
    let (mut models, mut solos) = (Vec::new(), Vec::new());
    for (part, of) in plan.parts.list.iter().enumerate() {
        let (model, solo) = site.model(part, &incoming[of.process])?;
        models.push(model);
        solos.extend(solo);
    }
    let gate_worker = site.gate_worker(&placement);
    let feeders = site.feeders(Pace::InStep, None);
    let desks = plan.workers.iter().cloned().zip(at_work);
    let desk = |(turns, clock): (Vec<Turn>, Arc<Clock>)| {
        let duty = Duty::new(turns, &site.clocks, &clock);
        Desk::new(clock, duty)
    };
    let desks: Vec<Desk> = desks.map(desk).collect();
    if let Some(worker) = gate_worker {
        lock(&desks[worker].duty).recorders = feeders;
    }
    Ok(Built {
        models,
        labels: labels(graph, plan),
        gate: gate_worker.map(|worker| site.take_gate(worker)),
        queues: site.take_queues(),
        movable: movable && gate_worker.is_none(),
        outlets: site.outlets,
        clocks: site.clocks,
        doors: site.doors,
        placement,
        desks,
        solos,
        hub: site.hub,
    })
}

/// How many groups of parts a worker may have that can go to another: each has a clock of its own.
const MOVABLE: usize = 64;

/// Whether parts are to be able to go to another worker: that is, to have clocks of their own.
fn is_movable(plan: &Plan) -> bool {
    let workers = plan.workers.len();
    workers > 1 && plan.alone.is_empty() && plan.roster.bundles() <= MOVABLE * workers
}

/// Where a network is put together.
struct Site<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    /// By part and out-port.
    outlets: Vec<Vec<AnyOutlet>>,
    /// By part.
    clocks: Vec<Arc<Clock>>,
    crossings: Vec<Crossing<'a>>,
    hub: Arc<Hub>,
    /// What arrives at models in step.
    gate: Arrivals,
    /// What models in step need from outside.
    gate_doors: Vec<Arc<dyn Door>>,
    /// What all models need from outside.
    doors: Vec<Arc<dyn Door>>,
}

impl Site<'_> {
    /// Makes the model of a part, and what runs it if it runs by itself.
    fn model(&mut self, part: usize, incoming: &[&Edge]) -> Result<(Box<dyn Node>, Option<Solo>)> {
        let of = &self.plan.parts.list[part];
        let decl = &self.graph.processes[of.process];
        let pace = decl.pace();
        let party = self.plan.party(part);
        let (feeds, mut arrivals) = self.feeds(part, incoming);
        let mut alone = None;
        if pace == Pace::Async {
            alone = Some(Alone {
                hub: Arc::clone(&self.hub),
                party: party.unwrap_or_default(),
                inlets: arrivals.drain(..).map(Arrivals::finish).collect(),
                queues: self.queues_of(of.process),
            });
        }
        let (model, doors) = self.node(part, &feeds, alone)?;
        self.doors.extend(doors.iter().cloned());
        let all = arrivals
            .into_iter()
            .fold(Arrivals::default(), Arrivals::and);
        let solo = |course| {
            party.map(|party| Solo {
                part,
                party,
                course,
            })
        };
        Ok(match pace {
            Pace::InStep => {
                self.gate = std::mem::take(&mut self.gate).and(all);
                self.gate_doors.extend(doors);
                (model, None)
            }
            Pace::Async => (model, solo(Course::Async)),
            Pace::Detached => {
                let (inlets, feeds) = all.finish();
                let feeders = self.feeders(Pace::Detached, Some(of.process)).into_iter();
                let detached = Detached {
                    clock: Arc::clone(&self.clocks[part]),
                    feeds,
                    inlets,
                    doors,
                    feeders: feeders.map(|(_, feeder)| feeder).collect(),
                    circles: circles(self.graph, of.process),
                    phase: Phase::Spike,
                };
                (model, solo(Course::Detached(detached)))
            }
        })
    }

    /// What feeds each in-port of a part, in the order of the connections; and what arrives there
    /// from models of another pace.
    fn feeds(&self, part: usize, incoming: &[&Edge]) -> (Vec<Vec<Connection>>, Vec<Arrivals>) {
        let decl = &self.graph.processes[self.plan.parts.list[part].process];
        let ports = || decl.in_ports.iter();
        let mut feeds: Vec<Vec<Connection>> = ports().map(|_| Vec::new()).collect();
        let mut arrivals: Vec<Arrivals> = ports().map(|_| Arrivals::default()).collect();
        for edge in incoming {
            let crossing = self.crossing(edge);
            let next = match crossing {
                None => self.connection(part, edge),
                Some(crossing) => self.arrival(part, crossing, &mut arrivals[edge.to.port]),
            };
            let feeds = &mut feeds[edge.to.port];
            // Ports that were joined come as one message.
            match feeds.last_mut().filter(|last| last.can_be_joined(&next)) {
                Some(last) => last.join(next),
                None => feeds.push(next),
            }
        }
        (feeds, arrivals)
    }

    /// A connection between models of one pace.
    fn connection(&self, part: usize, edge: &Edge) -> Connection {
        let parts = &self.plan.parts;
        let port = edge.from.port;
        let (first, places) = places(edge);
        let senders = parts.senders(self.graph, edge, part).into_iter();
        let outlets = senders.map(|sender| {
            let sent = parts.sends(self.graph, sender, port);
            let sent = first + sent.start..first + sent.end;
            (self.outlets[sender][port].clone(), sent)
        });
        Connection {
            outlets: outlets.collect(),
            elements: parts.receives(self.graph, part, edge.to.port),
            delay: self.graph.delay(edge) as u64,
            places,
            feed: edge.feed,
        }
    }

    /// The receiving end of a connection from a model of another pace.
    fn arrival(&self, part: usize, crossing: &Crossing<'_>, into: &mut Arrivals) -> Connection {
        let edge = crossing.edge;
        let len = self.len(edge);
        let (outlet, inlet) = Arc::clone(&crossing.queue).inlet(len);
        into.inlets.push(inlet);
        into.numbers.push(crossing.number);
        let (first, places) = places(edge);
        Connection {
            outlets: vec![(outlet, first..first + len)],
            elements: self.plan.parts.receives(self.graph, part, edge.to.port),
            delay: 0,
            places,
            feed: edge.feed,
        }
    }

    fn crossing(&self, edge: &Edge) -> Option<&Crossing<'_>> {
        let mut crossings = self.crossings.iter();
        crossings.find(|crossing| std::ptr::eq(crossing.edge, edge))
    }

    /// The elements of a message that is sent through a connection.
    fn len(&self, edge: &Edge) -> usize {
        let PortId { process, port } = edge.from;
        self.graph.processes[process].out_ports[port].dims.len()
    }

    /// Where the messages of each out-port of a process go.
    fn queues_of(&self, process: usize) -> Vec<Vec<Arc<dyn AnyQueue>>> {
        let ports = 0..self.graph.processes[process].out_ports.len();
        let queues = |port| {
            let from = PortId { process, port };
            let crossings = self.crossings.iter();
            let own = crossings.filter(|crossing| crossing.edge.from == from);
            own.map(|crossing| Arc::clone(&crossing.queue)).collect()
        };
        ports.map(queues).collect()
    }

    /// What sends the messages of models that have steps on to models of another pace: of all that
    /// keep a pace, or of one process.
    fn feeders(&self, pace: Pace, process: Option<usize>) -> Vec<(usize, Box<dyn Recorder>)> {
        let sends = |crossing: &&Crossing<'_>| {
            let sender = crossing.edge.from.process;
            self.graph.processes[sender].pace() == pace
                && process.is_none_or(|process| process == sender)
        };
        let feeder = |crossing: &Crossing<'_>| {
            let edge = crossing.edge;
            // A process that is connected to one of another pace is in one part.
            let part = self.plan.parts.of(edge.from.process).start;
            let party = self.plan.party(part);
            let feeder = Arc::clone(&crossing.queue).feeder(
                party.unwrap_or_else(|| self.hub.in_step()),
                &self.outlets[part][edge.from.port],
                self.len(edge),
                self.graph.delay(edge) as u64,
                &self.clocks[part],
            );
            (part, feeder)
        };
        let crossings = self.crossings.iter().filter(sends);
        crossings.map(feeder).collect()
    }

    /// The worker of the models in step that are connected to such as run by themselves; the first if
    /// some need something from outside only.
    fn gate_worker(&self, placement: &[Option<usize>]) -> Option<usize> {
        let mut ends = self.crossings.iter().flat_map(|crossing| {
            let Edge { from, to, .. } = crossing.edge;
            [from.process, to.process]
        });
        let at_crossing = ends.find_map(|process| placement[self.plan.parts.of(process).start]);
        at_crossing.or((!self.gate_doors.is_empty()).then_some(0))
    }

    fn take_gate(&mut self, worker: usize) -> Gate {
        let (inlets, _) = std::mem::take(&mut self.gate).finish();
        let in_step = |process: usize| !self.graph.processes[process].is_alone();
        let awaited = self.crossings.iter().filter(|crossing| {
            let Edge { to, crossing, .. } = crossing.edge;
            crossing.waits && in_step(to.process)
        });
        Gate {
            hub: Arc::clone(&self.hub),
            worker,
            inlets: Mutex::new(inlets),
            doors: std::mem::take(&mut self.gate_doors),
            awaited: awaited
                .map(|crossing| [crossing.number].as_slice().into())
                .collect(),
        }
    }

    fn take_queues(&mut self) -> Vec<(usize, Arc<dyn AnyQueue>)> {
        let crossings = self.crossings.drain(..);
        crossings
            .map(|crossing| (crossing.edge.from.process, crossing.queue))
            .collect()
    }

    /// Makes the model of a part; also returns what it needs from outside.
    fn node(
        &self,
        part: usize,
        feeds: &[Vec<Connection>],
        alone: Option<Alone>,
    ) -> Result<(Box<dyn Node>, Vec<Arc<dyn Door>>)> {
        let Part { process, shard } = &self.plan.parts.list[part];
        let decl = &self.graph.processes[*process];
        let blueprint = decl.blueprint().expect("a part is of a process that runs");
        let Make::Node(make) = &blueprint.make else {
            unreachable!("a hierarchical process has no parts")
        };
        let wishes = Arc::new(Wishes::default());
        let mut binder = Binder {
            process: &decl.name,
            members: &decl.members,
            outlets: &self.outlets[part],
            feeds,
            links: &links(self.graph, self.plan, *process),
            clock: Arc::clone(&self.clocks[part]),
            wishes: Arc::clone(&wishes),
            adds_to: blueprint.adds_to,
            shard: shard.clone(),
            whole: blueprint.splits.unwrap_or_default(),
            alone,
            doors: Vec::new(),
        };
        let node = make(&mut binder, wishes)?;
        Ok((node, binder.doors))
    }
}

impl Arrivals {
    fn and(mut self, other: Arrivals) -> Arrivals {
        self.inlets.extend(other.inlets);
        self.numbers.extend(other.numbers);
        self
    }

    fn finish(self) -> (Vec<Box<dyn Inlet>>, Feeds) {
        (self.inlets, self.numbers.into())
    }
}

/// The hub, and the connections between models that do not keep the same time.
fn crossings<'a>(graph: &'a Graph, plan: &Plan) -> (Arc<Hub>, Vec<Crossing<'a>>) {
    let edges = graph.edges.iter().filter(|edge| graph.crosses(edge));
    let edges: Vec<&Edge> = edges.collect();
    let in_step = plan.alone.len();
    let party = |process: usize| {
        let part = plan.parts.of(process).start;
        plan.party(part).unwrap_or(in_step)
    };
    let flows = edges.iter().map(|edge| {
        let capacity = edge.crossing.capacity.unwrap_or(CAPACITY);
        (party(edge.from.process), party(edge.to.process), capacity)
    });
    let hub = Arc::new(Hub::new(in_step, flows));
    let crossing = |(number, edge): (usize, &&'a Edge)| {
        let PortId { process, port } = edge.from;
        let carrier = graph.processes[process].out_ports[port].carrier;
        Crossing {
            edge,
            queue: carrier.queue(&hub, number),
            number,
        }
    };
    let crossings = edges.iter().enumerate().map(crossing).collect();
    (hub, crossings)
}

/// Whether what a process sends may come back to it by way of processes that run by themselves.
fn circles(graph: &Graph, process: usize) -> bool {
    let (mut seen, mut next) = (vec![false; graph.processes.len()], vec![process]);
    while let Some(sender) = next.pop() {
        for edge in graph
            .edges
            .iter()
            .filter(|edge| edge.from.process == sender)
        {
            let to = edge.to.process;
            if to == process {
                return true;
            }
            if graph.processes[to].is_alone() && !seen[to] {
                seen[to] = true;
                next.push(to);
            }
        }
    }
    false
}

/// Where the elements of a message go: from a place on, or each to its own.
fn places(edge: &Edge) -> (usize, Option<Arc<[u32]>>) {
    match &edge.places {
        Places::From(first) => (*first, None),
        Places::Each(places) => (0, Some(Arc::clone(places))),
    }
}

/// The outlets of every part's out-ports.
fn outlets(graph: &Graph, plan: &Plan) -> Vec<Vec<AnyOutlet>> {
    let parts = || plan.parts.list.iter().enumerate();
    let own = |(index, part): (usize, &Part)| {
        let ports = graph.processes[part.process].out_ports.iter().enumerate();
        let outlets = ports.map(|(port, decl)| {
            let len = plan.parts.sends(graph, index, port).len();
            decl.carrier.outlet(len, plan.depths[part.process][port])
        });
        outlets.collect()
    };
    let own: Vec<Vec<AnyOutlet>> = parts().map(own).collect();
    let shared = |(index, part): (usize, &Part)| {
        let sums = plan.sums[part.process].iter();
        let outlets =
            sums.map(|sum| own[plan.parts.companion(index, sum.process)][sum.port].clone());
        outlets.collect()
    };
    parts().map(shared).collect()
}

/// The connections that bring something to each process.
fn incoming<'a>(graph: &'a Graph, plan: &Plan) -> Vec<Vec<&'a Edge>> {
    let mut incoming = vec![Vec::new(); graph.processes.len()];
    // A shared sum arrives once, with the first connection that shares it.
    let arrives = |edge: &&Edge| plan.sums[edge.from.process][edge.from.port] == edge.from;
    for edge in graph.edges.iter().filter(arrives) {
        incoming[edge.to.process].push(edge);
    }
    incoming
}

/// What the ref-ports of a process are connected to.
fn links<'a>(graph: &'a Graph, plan: &Plan, process: usize) -> Vec<Option<AnyLink<'a>>> {
    let ports = 0..graph.processes[process].ref_ports.len();
    let link = |port| {
        let from = PortId { process, port };
        let mut references = graph.references.iter();
        references
            .find(|reference| reference.from == from)
            .map(|reference| AnyLink {
                part: plan.parts.of(reference.to).start,
                core: &*reference.core,
                places: &reference.places,
            })
    };
    ports.map(link).collect()
}

fn labels(graph: &Graph, plan: &Plan) -> Vec<Label> {
    let label = |part: &Part| {
        let decl = &graph.processes[part.process];
        Label {
            process: Arc::clone(&decl.name),
            model: decl.blueprint().map_or("", |blueprint| blueprint.model),
        }
    };
    plan.parts.list.iter().map(label).collect()
}
