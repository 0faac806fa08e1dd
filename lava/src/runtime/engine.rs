//! Plan → running workers: makes the models, starts the threads, runs.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::barrier::spin_until;
use super::clock::Clock;
use super::error::RunError;
use super::floor::{AfterStep, Desk, Floor, Label, Order, Recorder, lock};
use super::meter::{Measure, Meter};
use super::shared::{AnyOutlet, Models};
use crate::Result;
use crate::compiler::{Part, Parts, Plan};
use crate::model::{AnyLink, Binder, Connection, Make, Node, Phase, Shard, Wishes};
use crate::network::{Edge, Graph, Places, PortId};

/// A compiled network. The thread that calls [`run`](Engine::run) is worker 0; the others wait
/// for commands.
pub(crate) struct Engine {
    floor: Arc<Floor>,
    parts: Parts,
    /// By part and out-port.
    outlets: Vec<Vec<AnyOutlet>>,
    /// Which worker runs which part.
    placement: Vec<usize>,
    crew: Vec<Hand>,
}

/// A worker thread, and the channel that tells it what to do. Closing the channel sends it home.
struct Hand {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    pub(crate) fn new(graph: &Graph, plan: Plan) -> Result<Engine> {
        let outlets = outlets(graph, &plan);
        let clocks: Vec<Arc<Clock>> = plan.workers.iter().map(|_| Arc::default()).collect();
        let mut placement = vec![0; plan.parts.list.len()];
        for (worker, turns) in plan.workers.iter().enumerate() {
            for turn in turns {
                placement[turn.part] = worker;
            }
        }
        let mut models = Vec::with_capacity(placement.len());
        let incoming = incoming(graph, &plan);
        for (part, &worker) in placement.iter().enumerate() {
            let of = &plan.parts.list[part];
            let feeds = feeds(graph, &plan, part, &incoming[of.process], &outlets);
            let links = links(graph, &plan, of.process);
            models.push(model(
                graph,
                of,
                &outlets[part],
                &feeds,
                &links,
                &clocks[worker],
            )?);
        }
        let desks = plan.workers.into_iter().zip(clocks);
        let desks = desks
            .map(|(turns, clock)| Desk::new(turns, clock))
            .collect();
        let labels = plan.parts.list.iter().map(|part| {
            let decl = &graph.processes[part.process];
            Label {
                process: Arc::clone(&decl.name),
                model: decl.blueprint().map_or("", |blueprint| blueprint.model),
            }
        });
        let floor = Arc::new(Floor::new(Models::new(models), desks, labels.collect()));
        for part in 0..plan.parts.list.len() {
            floor.attempt(part, Phase::Start, |node| node.start())?;
        }
        let crew = (1..floor.desks.len()).map(|worker| Hand::hire(&floor, worker));
        Ok(Engine {
            crew: crew.collect::<Result<_>>()?,
            floor,
            parts: plan.parts,
            outlets,
            placement,
        })
    }

    /// Runs `steps` steps and calls `after_step` after each, if there is something to call. Returns
    /// what ended the run early, as a set of requests.
    pub(crate) fn run(
        &self,
        steps: u64,
        after_step: Option<&mut AfterStep<'_>>,
    ) -> Result<u8, RunError> {
        let order = Order {
            steps,
            hooked: after_step.is_some(),
        };
        for hand in &self.crew {
            if let Some(channel) = &hand.orders {
                // A worker only goes home when the channel closes, so it is there to receive.
                let _ = channel.send(order);
            }
        }
        let asked = self.floor.work(0, order, after_step);
        match self.floor.take_failure() {
            Some(error) => Err(error),
            None => Ok(asked),
        }
    }

    /// What the workers share.
    pub(crate) fn floor(&self) -> &Arc<Floor> {
        &self.floor
    }

    /// Starts or ends measuring what the models do.
    pub(crate) fn measure(&self, on: bool) {
        for desk in &self.floor.desks {
            let parts = desk.turns.iter().map(|turn| turn.part);
            let meter = on.then(|| Meter::new(&desk.clock, parts, &self.outlets));
            *lock(&desk.meter) = meter;
        }
    }

    /// What the models of each worker have done since [`measure`](Engine::measure).
    pub(crate) fn measures(&self) -> Vec<(usize, Measure)> {
        let mut measures = Vec::new();
        for (worker, desk) in self.floor.desks.iter().enumerate() {
            let meter = lock(&desk.meter);
            let of_worker = meter.as_ref().map(Meter::measures).unwrap_or_default();
            measures.extend(of_worker.iter().map(|measure| (worker, measure.clone())));
        }
        measures
    }

    /// A process back to its state before the first step; what it has sent is forgotten, as far as
    /// nothing of others is kept with it.
    pub(crate) fn reset_process(&self, graph: &Graph, process: usize) -> Result<(), RunError> {
        let owner = |part: usize| self.parts.list[part].process;
        for part in self.parts.of(process) {
            for outlet in &self.outlets[part] {
                let others = self.outlets.iter().enumerate();
                let mut others = others.filter(|(other, _)| owner(*other) != process);
                if !others.any(|(_, outlets)| outlets.iter().any(|other| other.is(outlet))) {
                    outlet.reset();
                }
            }
            self.reset_part(graph, part)?;
        }
        Ok(())
    }

    fn reset_part(&self, graph: &Graph, part: usize) -> Result<(), RunError> {
        let Part { process, shard } = &self.parts.list[part];
        self.floor.attempt(part, Phase::Start, |node| {
            node.reset();
            for var in &graph.processes[*process].vars {
                var.reset(node.model(), shard);
            }
            node.start()
        })
    }

    /// Back to the state before the first step.
    pub(crate) fn reset(&self, graph: &Graph) -> Result<(), RunError> {
        self.outlets.iter().flatten().for_each(AnyOutlet::reset);
        for desk in &self.floor.desks {
            desk.clock.reset();
            let mut recorders = lock(&desk.recorders);
            recorders.iter_mut().for_each(|recorder| recorder.clear());
        }
        (0..self.parts.list.len()).try_for_each(|part| self.reset_part(graph, part))
    }

    /// Whether a process has models: hierarchical ones have none.
    pub(crate) fn has_models(&self, process: usize) -> bool {
        !self.parts.of(process).is_empty()
    }

    /// The models of a process, and which neurons each computes.
    pub(crate) fn shards(&self, process: usize) -> impl Iterator<Item = (usize, &Shard)> {
        let parts = self.parts.of(process);
        parts.map(|part| (part, &self.parts.list[part].shard))
    }

    /// Lends out the models of a process between runs, one after the other.
    pub(crate) fn with_models(&self, process: usize, mut act: impl FnMut(&mut dyn Node, &Shard)) {
        for (part, shard) in self.shards(process) {
            self.floor.models.with(part, |node| act(node, shard));
        }
    }

    /// Tells the models of a process that one of its Vars was written.
    pub(crate) fn update(&self, process: usize, var: &'static str) -> Result<(), RunError> {
        self.parts.of(process).try_for_each(|part| {
            self.floor
                .attempt(part, Phase::Update, |node| node.on_var_update(var))
        })
    }

    /// Has `recorder` record a part at the end of every step.
    pub(crate) fn record(&self, part: usize, recorder: Box<dyn Recorder>) {
        let desk = &self.floor.desks[self.placement[part]];
        lock(&desk.recorders).push(recorder);
    }

    /// The outlet of a part's out-port and the clock of its worker.
    pub(crate) fn outlet(&self, part: usize, port: usize) -> (&AnyOutlet, Arc<Clock>) {
        let desk = &self.floor.desks[self.placement[part]];
        (&self.outlets[part][port], Arc::clone(&desk.clock))
    }

    /// Which worker runs a part.
    pub(crate) fn worker(&self, part: usize) -> usize {
        self.placement[part]
    }

    pub(crate) fn time_step(&self) -> u64 {
        self.floor.desks[0].clock.time_step()
    }

    pub(crate) fn workers(&self) -> usize {
        self.floor.desks.len()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for hand in &mut self.crew {
            hand.orders = None;
        }
        for hand in &mut self.crew {
            if let Some(thread) = hand.thread.take() {
                // A worker catches the panics of its models, so there is nothing to pass on.
                let _ = thread.join();
            }
        }
    }
}

impl Hand {
    fn hire(floor: &Arc<Floor>, worker: usize) -> Result<Hand> {
        let (orders, commands) = unbounded();
        let floor = Arc::clone(floor);
        let thread = std::thread::Builder::new()
            .name(format!("lava worker {worker}"))
            .spawn(move || serve(&floor, worker, &commands))?;
        Ok(Hand {
            orders: Some(orders),
            thread: Some(thread),
        })
    }
}

/// Runs as often as it is told to. Awake for a moment after each run, because the next one often
/// follows at once.
fn serve(floor: &Floor, worker: usize, commands: &Receiver<Order>) {
    loop {
        spin_until(|| !commands.is_empty());
        match commands.recv() {
            Ok(order) => floor.work(worker, order, None),
            Err(_) => return,
        };
    }
}

/// The outlets of every part's out-ports.
fn outlets(graph: &Graph, plan: &Plan) -> Vec<Vec<AnyOutlet>> {
    let parts = || plan.parts.list.iter().enumerate();
    let own = |(index, part): (usize, &Part)| {
        let ports = graph.processes[part.process].out_ports.iter().enumerate();
        let outlets = ports.map(|(port, decl)| {
            let len = plan.parts.sends(graph, index, port).len();
            decl.outlet.make(len, plan.depths[part.process][port])
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

/// What feeds each in-port of a part, in the order of the connections.
fn feeds(
    graph: &Graph,
    plan: &Plan,
    part: usize,
    incoming: &[&Edge],
    outlets: &[Vec<AnyOutlet>],
) -> Vec<Vec<Connection>> {
    let process = plan.parts.list[part].process;
    let ports = graph.processes[process].in_ports.iter();
    let mut feeds: Vec<Vec<Connection>> = ports.map(|_| Vec::new()).collect();
    for edge in incoming {
        let port = edge.from.port;
        let senders = plan.parts.senders(graph, edge, part).into_iter();
        let (first, places) = match &edge.places {
            Places::From(first) => (*first, None),
            Places::Each(places) => (0, Some(Arc::clone(places))),
        };
        let outlets = senders.map(|sender| {
            let sent = plan.parts.sends(graph, sender, port);
            let sent = first + sent.start..first + sent.end;
            (outlets[sender][port].clone(), sent)
        });
        let next = Connection {
            outlets: outlets.collect(),
            elements: plan.parts.receives(graph, part, edge.to.port),
            delay: graph.delay(edge) as u64,
            places,
            feed: edge.feed,
        };
        let feeds = &mut feeds[edge.to.port];
        // Ports that were joined come as one message.
        match feeds.last_mut().filter(|last| last.can_be_joined(&next)) {
            Some(last) => last.join(next),
            None => feeds.push(next),
        }
    }
    feeds
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

/// Makes the model of one part.
fn model(
    graph: &Graph,
    part: &Part,
    outlets: &[AnyOutlet],
    feeds: &[Vec<Connection>],
    links: &[Option<AnyLink<'_>>],
    clock: &Arc<Clock>,
) -> Result<Box<dyn Node>> {
    let decl = &graph.processes[part.process];
    let blueprint = decl.blueprint().expect("a part is of a process that runs");
    let Make::Node(make) = &blueprint.make else {
        unreachable!("a hierarchical process has no parts")
    };
    let wishes = Arc::new(Wishes::default());
    let mut binder = Binder {
        process: &decl.name,
        members: &decl.members,
        outlets,
        feeds,
        links,
        clock: Arc::clone(clock),
        wishes: Arc::clone(&wishes),
        adds_to: blueprint.adds_to,
        shard: part.shard.clone(),
        whole: blueprint.splits.unwrap_or_default(),
    };
    make(&mut binder, wishes)
}
