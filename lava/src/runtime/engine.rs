//! Plan → running workers: makes the models, starts the threads, runs.

use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::barrier::spin_until;
use super::clock::Clock;
use super::error::RunError;
use super::floor::{Desk, Floor, Label, Recorder};
use super::shared::{AnyOutlet, Models};
use crate::Result;
use crate::compiler::Plan;
use crate::model::{Binder, Connection, Node, Phase, Wishes, request};
use crate::network::{Edge, Graph, PortId, ProcessDecl};

/// A compiled network. The thread that calls [`run`](Engine::run) is worker 0; the others wait
/// for commands.
pub(crate) struct Engine {
    floor: Arc<Floor>,
    outlets: Vec<Vec<AnyOutlet>>,
    /// Which worker runs which process.
    placement: Vec<usize>,
    crew: Vec<Hand>,
}

/// A worker thread, and the channel that tells it how many steps to run. Closing the channel
/// sends it home.
struct Hand {
    steps: Option<Sender<u64>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    pub(crate) fn new(graph: &Graph, plan: Plan) -> Result<Engine> {
        let outlets = outlets(graph, &plan);
        let clocks: Vec<Arc<Clock>> = plan.workers.iter().map(|_| Arc::default()).collect();
        let mut placement = vec![0; graph.processes.len()];
        for (worker, turns) in plan.workers.iter().enumerate() {
            for turn in turns {
                placement[turn.process] = worker;
            }
        }
        let mut models = Vec::with_capacity(graph.processes.len());
        let feeds = feeds(graph, &plan, &outlets);
        for (process, &worker) in placement.iter().enumerate() {
            let (decl, clock) = (&graph.processes[process], &clocks[worker]);
            models.push(model(decl, &outlets[process], &feeds[process], clock)?);
        }
        let desks = plan.workers.into_iter().zip(clocks);
        let desks = desks
            .map(|(turns, clock)| Desk::new(turns, clock))
            .collect();
        let labels = graph.processes.iter().map(|decl| Label {
            process: Arc::clone(&decl.name),
            model: decl.blueprint.model,
        });
        let floor = Arc::new(Floor::new(Models::new(models), desks, labels.collect()));
        for process in 0..graph.processes.len() {
            floor.attempt(process, Phase::Start, |node| node.start())?;
        }
        let crew = (1..floor.desks.len()).map(|worker| Hand::hire(&floor, worker));
        Ok(Engine {
            crew: crew.collect::<Result<_>>()?,
            floor,
            outlets,
            placement,
        })
    }

    /// Runs up to `steps` steps. Returns the step in which a model stopped the network, if one
    /// did.
    pub(crate) fn run(&self, steps: u64) -> Result<Option<u64>, RunError> {
        for hand in &self.crew {
            if let Some(channel) = &hand.steps {
                // A worker only goes home when the channel closes, so it is there to receive.
                let _ = channel.send(steps);
            }
        }
        let asked = self.floor.work(0, steps);
        match self.floor.take_failure() {
            Some(error) => Err(error),
            None if asked & request::STOP != 0 => Ok(Some(self.time_step())),
            None => Ok(None),
        }
    }

    /// Back to the state before the first step.
    pub(crate) fn reset(&self, graph: &Graph) -> Result<(), RunError> {
        self.outlets.iter().flatten().for_each(AnyOutlet::reset);
        for desk in &self.floor.desks {
            desk.clock.reset();
            let mut recorders = desk
                .recorders
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            recorders.iter_mut().for_each(|recorder| recorder.clear());
        }
        for (process, decl) in graph.processes.iter().enumerate() {
            self.floor.attempt(process, Phase::Start, |node| {
                node.reset();
                for var in &decl.vars {
                    var.reset(node.model());
                }
                node.start()
            })?;
        }
        Ok(())
    }

    /// Lends out a model between runs.
    pub(crate) fn with_model<R>(&self, process: usize, act: impl FnOnce(&mut dyn Node) -> R) -> R {
        self.floor.models.with(process, act)
    }

    /// Tells the model of a process that one of its Vars was written.
    pub(crate) fn update(&self, process: usize, var: &'static str) -> Result<(), RunError> {
        self.floor
            .attempt(process, Phase::Update, |node| node.on_var_update(var))
    }

    /// Has `recorder` record the process at the end of every step.
    pub(crate) fn record(&self, process: usize, recorder: Box<dyn Recorder>) {
        let desk = &self.floor.desks[self.placement[process]];
        let mut recorders = desk
            .recorders
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        recorders.push(recorder);
    }

    /// The outlet of an out-port and the clock of its worker.
    pub(crate) fn outlet(&self, port: PortId) -> (&AnyOutlet, Arc<Clock>) {
        let desk = &self.floor.desks[self.placement[port.process]];
        let outlet = &self.outlets[port.process][port.port];
        (outlet, Arc::clone(&desk.clock))
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
            hand.steps = None;
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
        let (steps, commands) = unbounded();
        let floor = Arc::clone(floor);
        let thread = std::thread::Builder::new()
            .name(format!("lava worker {worker}"))
            .spawn(move || serve(&floor, worker, &commands))?;
        Ok(Hand {
            steps: Some(steps),
            thread: Some(thread),
        })
    }
}

/// Runs as often as it is told to. Awake for a moment after each run, because the next one often
/// follows at once.
fn serve(floor: &Floor, worker: usize, commands: &Receiver<u64>) {
    loop {
        spin_until(|| !commands.is_empty());
        match commands.recv() {
            Ok(steps) => floor.work(worker, steps),
            Err(_) => return,
        };
    }
}

fn outlets(graph: &Graph, plan: &Plan) -> Vec<Vec<AnyOutlet>> {
    let processes = graph.processes.iter().zip(&plan.depths);
    let own: Vec<Vec<AnyOutlet>> = processes
        .map(|(decl, depths)| {
            let ports = decl.out_ports.iter().zip(depths);
            ports
                .map(|(port, &depth)| port.outlet.make(port.dims.len(), depth))
                .collect()
        })
        .collect();
    let shared = |sum: &PortId| own[sum.process][sum.port].clone();
    let ports = plan.sums.iter();
    ports
        .map(|sums| sums.iter().map(shared).collect())
        .collect()
}

/// What feeds each in-port, by process and port, in the order of the connections.
fn feeds(graph: &Graph, plan: &Plan, outlets: &[Vec<AnyOutlet>]) -> Vec<Vec<Vec<Connection>>> {
    let ports = |decl: &ProcessDecl| decl.in_ports.iter().map(|_| Vec::new()).collect();
    let mut feeds: Vec<Vec<Vec<Connection>>> = graph.processes.iter().map(ports).collect();
    // A shared sum arrives once, with the first connection that shares it.
    let arrives = |edge: &&Edge| plan.sums[edge.from.process][edge.from.port] == edge.from;
    for edge in graph.edges.iter().filter(arrives) {
        feeds[edge.to.process][edge.to.port].push(Connection {
            outlet: outlets[edge.from.process][edge.from.port].clone(),
            delay: graph.delay(edge) as u64,
            scatter: edge.scatter.clone(),
            feed: edge.feed,
        });
    }
    feeds
}

/// Makes the model of one process.
fn model(
    decl: &ProcessDecl,
    outlets: &[AnyOutlet],
    feeds: &[Vec<Connection>],
    clock: &Arc<Clock>,
) -> Result<Box<dyn Node>> {
    let wishes = Arc::new(Wishes::default());
    let mut binder = Binder {
        process: &decl.name,
        members: &decl.members,
        outlets,
        feeds,
        clock: Arc::clone(clock),
        wishes: Arc::clone(&wishes),
        adds_to: decl.blueprint.adds_to,
    };
    (decl.blueprint.make)(&mut binder, wishes)
}
