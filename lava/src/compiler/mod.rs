//! The compiler: graph → plan.
//!
//! It checks the graph as a whole, orders the processes, cuts them into shards, places their tasks on
//! workers and lays out their messages. A plan is plain data: nothing here makes a model or knows how
//! a worker runs.

mod accumulators;
mod batch;
mod domains;
mod error;
mod joint;
mod machine;
mod memory;
mod nodes;
mod order;
mod pace;
mod place;
mod queues;
mod ranks;
mod rings;
mod shard;
mod shares;
mod start_order;
mod task_graph;
mod tasks;
mod wiring;

pub use error::{CompileError, Problem};
pub use memory::{MemoryEstimate, ProcessMemory};
pub use shares::RankShare;

pub(crate) use accumulators::{Accumulators, RingOwner};
pub(crate) use pace::Pace;
pub(crate) use queues::Queues;
pub(crate) use ranks::{Crossing, RankPlan};
pub(crate) use rings::{RingDepths, RingSpan};
pub(crate) use shares::rank_shares;
pub(crate) use task_graph::TaskGraph;
pub(crate) use tasks::{TaskSpec, TaskTable};
pub(crate) use wiring::{Input, Origin, SendingTask, Wiring, message_len};

use std::collections::HashMap;

use lava_core::executor::{TaskId, TaskSlot, WorkerId};

use crate::graph::{Graph, PortId};
use crate::process::{AnyVar, PortIndex, ProcessId};
use joint::JointProcesses;
use ranks::WholePlan;
use shard::{Load, Placement, shard_and_place};
use tasks::Populations;

/// A compiled network, before anything is made.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) tasks: TaskTable,
    /// The schedule of each worker.
    pub(crate) schedules: Vec<Vec<TaskSlot>>,
    /// The worker of each task; `None` for independent tasks.
    pub(crate) placement: Vec<Option<WorkerId>>,
    /// The input of placement, to place tasks again after profiling.
    pub(crate) task_graph: TaskGraph,
    /// Tasks may move to another worker between steps.
    pub(crate) is_migratable: bool,
    pub(crate) queues: Queues,
    /// The worker that exchanges messages with independent tasks.
    pub(crate) gate_worker: Option<WorkerId>,
    /// The detached processes whose messages may come back to them.
    pub(crate) on_async_cycle: Vec<ProcessId>,
    pub(crate) accumulators: Accumulators,
    /// Tasks of one worker, consecutive in a step, that may deliver together.
    pub(crate) joint: Vec<Vec<TaskId>>,
    /// The tasks of this rank in the order in which they start.
    pub(crate) start_order: Vec<TaskId>,
    pub(crate) ring_depths: RingDepths,
    pub(crate) wiring: Wiring,
    /// The part of this rank, if there are several: schedules, placement and joint tasks are those of its
    /// tasks.
    pub(crate) rank: Option<RankPlan>,
}

impl Plan {
    /// Returns `true` if this rank computes a task.
    pub(crate) fn is_own(&self, task: TaskId) -> bool {
        self.rank.as_ref().is_none_or(|rank| rank.is_own(task))
    }

    /// The steps by which messages arrive late at each in-port of a process; none in one process of the
    /// operating system.
    pub(crate) fn lags(&self, process: ProcessId) -> &[usize] {
        let rank = self.rank.as_ref();
        rank.map_or(&[], |rank| rank.pace.lags(process))
    }

    /// The tasks of this rank that receive messages late, in the order of a step.
    pub(crate) fn late_tasks(&self) -> impl Iterator<Item = TaskId> {
        let is_late = |task: &TaskId| {
            let lags = self.lags(self.tasks.get(*task).process);
            self.is_own(*task) && lags.iter().any(|lag| *lag > 0)
        };
        self.task_graph.order().iter().copied().filter(is_late)
    }

    /// The steps between two exchanges of all ranks, if there are several at once.
    fn interval(&self) -> Option<u64> {
        let rank = self.rank.as_ref();
        rank.and_then(|rank| rank.pace.intervals.all)
    }

    /// The most steps by which messages arrive late.
    pub(crate) fn latest(&self) -> usize {
        self.rank.as_ref().map_or(0, |rank| rank.pace.latest())
    }

    /// The number of exchanges with other ranks in a step.
    pub(crate) fn exchanges(&self) -> usize {
        self.rank.as_ref().map_or(0, |rank| rank.exchanges.len())
    }
}

/// The most migratable groups per worker; each costs a clock.
const MAX_MIGRATABLE_GROUPS: usize = 64;

/// Plans the network for the number of workers that the user has set, or the default. Fails if it
/// needs more memory than there is; nothing has been drawn or allocated then.
pub(crate) fn plan(graph: &Graph) -> Result<Plan, CompileError> {
    let plan = lay_out(graph)?;
    memory::check(graph, &MemoryEstimate::new(graph, &plan))?;
    Ok(plan)
}

/// Estimates the memory of a network that has been compiled, or can be.
pub(crate) fn memory_estimate(graph: &Graph) -> Result<MemoryEstimate, CompileError> {
    Ok(MemoryEstimate::new(graph, &lay_out(graph)?))
}

/// Lays out a network; divided among nodes of ranks, if all ranks exchange less often so.
fn lay_out(graph: &Graph) -> Result<Plan, CompileError> {
    let draft = Draft::new(graph)?;
    let ranks = graph.ranks.as_ref();
    let size = ranks.map_or(1, |ranks| ranks.size());
    let plan = draft.plan(vec![0; graph.len()], &[(0..size).collect()]);
    let nodes = ranks.map(|ranks| ranks.nodes());
    let divided = nodes
        .filter(|nodes| nodes.len() > 1)
        .and_then(|nodes| draft.divided(&nodes));
    Ok(divided
        .filter(|divided| divided.interval() > plan.interval())
        .unwrap_or(plan))
}

/// A network before it is cut and placed.
struct Draft<'a> {
    graph: &'a Graph,
    costs: Vec<u64>,
    /// The populations that are cut.
    cuts: Populations,
    anchors: Vec<ProcessId>,
    accumulators: Accumulators,
    joint: JointProcesses,
    /// The lockstep processes in the order of a step.
    order: Vec<ProcessId>,
}

impl<'a> Draft<'a> {
    fn new(graph: &'a Graph) -> Result<Draft<'a>, CompileError> {
        let order = check(graph)?;
        let costs: Vec<u64> = graph.ids().map(|process| cost(graph, process)).collect();
        let populations = Populations::new(graph);
        let mut anchors = place::anchors(graph, &costs);
        let accumulators = Accumulators::new(graph, &populations, &anchors);
        let joint = JointProcesses::new(graph, &populations, &accumulators, &order);
        // The order of additions is that of a sample alone; the tasks are those of the batch.
        let cuts = Populations::of_batch(graph).unwrap_or(populations);
        if graph.ranks.is_some() {
            place::join_pairs(graph, &cuts, &mut anchors);
        }
        if graph.shards.is_some() {
            place::separate(graph, &cuts, &accumulators, &mut anchors);
        }
        Ok(Draft {
            graph,
            costs,
            cuts,
            anchors,
            accumulators,
            order: joint.gathered(&order),
            joint,
        })
    }

    /// The workers of a process of the operating system, of which there are as many as ranks.
    fn workers(&self) -> usize {
        let samples = self.graph.batch.get().unwrap_or(1) as u64;
        self.graph
            .workers
            .unwrap_or_else(|| match &self.graph.ranks {
                None => place::default_workers(self.costs.iter().sum::<u64>() * samples),
                // The plan is the same on all ranks, whatever machine each runs on.
                Some(_) => 1,
            })
    }

    /// The plan of processes that are divided among nodes, with the `ranks` of each; `None` if they cannot be.
    fn divided(&self, ranks: &[Vec<usize>]) -> Option<Plan> {
        let reaches = pace::reaches(self.graph, &self.accumulators);
        let nodes = nodes::divide(&nodes::DivisionInput {
            graph: self.graph,
            order: &self.order,
            costs: &self.costs,
            anchors: &self.anchors,
            reaches: &reaches,
            nodes: ranks,
        })?;
        Some(self.plan(nodes, ranks))
    }

    /// The plan of processes on these nodes, with the `ranks` of each.
    fn plan(&self, nodes: Vec<usize>, ranks: &[Vec<usize>]) -> Plan {
        let Draft {
            graph,
            accumulators,
            joint,
            ..
        } = self;
        let workers = ranks.iter().map(|ranks| ranks.len() * self.workers());
        let Placement {
            tasks,
            task_graph,
            mut of_nodes,
        } = shard_and_place(&Load {
            graph,
            populations: &self.cuts,
            order: &self.order,
            costs: &self.costs,
            anchors: &self.anchors,
            nodes: &nodes,
            workers: &workers.collect::<Vec<_>>(),
        });
        let task_graph = task_graph.with_messages(graph, &tasks);
        if of_nodes[0].is_empty() {
            // A network without lockstep tasks has a worker too: it counts the steps.
            of_nodes[0].push(Vec::new());
        }
        let queues = Queues::new(graph, &tasks);
        if graph.ranks.is_some() {
            ranks::put_first(graph, &tasks, &queues, &mut of_nodes[0]);
        }
        let by_rank = ranks::by_rank(ranks, of_nodes);
        let per_worker = by_rank.concat();
        let workers = per_worker.len();
        let placement = placement(&tasks, &per_worker);
        let wiring = Wiring::new(graph, accumulators);
        let ranks = graph.ranks.as_ref().map(|ranks| {
            let rank_of = ranks::rank_of(&tasks, &by_rank);
            let (sets, places) = ((joint, accumulators), (&rank_of[..], nodes));
            let pace = Pace::new(graph, &tasks, sets, (&wiring, &queues), places);
            (ranks, rank_of, pace)
        });
        let joint = match graph.batch.get() {
            None => joint.tasks(&tasks, &placement),
            Some(_) => Vec::new(),
        };
        let is_migratable = workers > 1
            && graph.ranks.is_none()
            && joint.is_empty()
            && queues.independent.is_empty()
            && task_graph.group_count() <= MAX_MIGRATABLE_GROUPS * workers;
        let pace = ranks.as_ref().map(|(_, _, pace)| pace);
        let ring_depths = RingDepths::new(graph, accumulators, workers, pace);
        let rank = ranks.map(|(ranks, rank_of, pace)| {
            let whole = WholePlan {
                graph,
                tasks: &tasks,
                task_graph: &task_graph,
                by_rank: &by_rank,
                joint: &joint,
                accumulators,
                wiring: &wiring,
                queues: &queues,
            };
            RankPlan::new(&whole, ranks.rank(), rank_of, pace)
        });
        let (schedules, placement, joint) = match &rank {
            None => (task_graph.schedules(&per_worker), placement, joint),
            Some(rank) => (
                rank.task_graph.schedules(&rank.per_worker),
                ranks::own_placement(rank, tasks.len()),
                joint
                    .into_iter()
                    .filter(|tasks| rank.is_own(tasks[0]))
                    .collect(),
            ),
        };
        let mut start_order = start_order::start_order(graph, &tasks, &joint);
        start_order.retain(|task| rank.as_ref().is_none_or(|rank| rank.is_own(*task)));
        Plan {
            ring_depths,
            wiring,
            schedules,
            rank,
            gate_worker: gate_worker(graph, &tasks, &queues, &placement),
            on_async_cycle: queues::on_async_cycle(graph),
            is_migratable,
            placement,
            task_graph,
            queues,
            start_order,
            joint,
            accumulators: accumulators.clone(),
            tasks,
        }
    }
}

/// Checks the whole graph. Returns the lockstep processes in the order of a step.
fn check(graph: &Graph) -> Result<Vec<ProcessId>, CompileError> {
    let mut problems = Vec::new();
    if graph.running().next().is_none() {
        problems.push(Problem::NoProcesses);
    }
    unconnected_inputs(graph, &mut problems);
    domains::check(graph, &mut problems);
    if graph.ranks.is_some() {
        domains::check_ranks(graph, &mut problems);
    }
    batch::check(graph, &mut problems);
    let mut order = order::topological_order(graph, &mut problems);
    order.retain(|process| !graph.process(*process).is_independent());
    if problems.is_empty() {
        Ok(order)
    } else {
        Err(CompileError { problems })
    }
}

fn unconnected_inputs(graph: &Graph, problems: &mut Vec<Problem>) {
    let mut senders: HashMap<PortId, Vec<ProcessId>> = HashMap::new();
    for edge in &graph.edges {
        senders.entry(edge.to).or_default().push(edge.from.process);
    }
    for (process, decl) in graph.processes() {
        for (port, in_port) in (0..).map(PortIndex).zip(&decl.in_ports) {
            let id = PortId { process, port };
            if in_port.required && !is_connected(graph, &senders, id) {
                problems.push(Problem::UnconnectedInput {
                    port: graph.in_label(id),
                });
            }
        }
        for (port, ref_port) in (0..).map(PortIndex).zip(&decl.ref_ports) {
            let targets = graph.resolve_ref_ports(PortId { process, port });
            let is_linked = |port: &PortId| graph.var_edges.iter().any(|edge| edge.from == *port);
            if ref_port.required && !targets.is_empty() && !targets.iter().any(is_linked) {
                problems.push(Problem::UnconnectedRefPort {
                    port: decl.label(ref_port.name),
                });
            }
        }
    }
}

/// Returns `true` if a process outside the port's own feeds it, or if the port exports none inside.
fn is_connected(graph: &Graph, senders: &HashMap<PortId, Vec<ProcessId>>, port: PortId) -> bool {
    let targets = graph.resolve_targets(port);
    let is_outside = |id: &ProcessId| *id != port.process && !graph.is_inside(*id, port.process);
    let is_fed = |to: &PortId| {
        let senders = senders.get(to).map(Vec::as_slice).unwrap_or_default();
        !senders.is_empty() && (*to == port || senders.iter().any(is_outside))
    };
    targets.is_empty() || targets.iter().any(is_fed)
}

/// The synapses that a step leaves alone for each that it delivers.
const INACTIVE_SYNAPSES: usize = 100;

/// A rough cost of a step of a process, for one sample of a batch: the elements of its Vars and ports. A Var
/// much larger than the ports holds synapses, few of which are delivered in a step.
fn cost(graph: &Graph, process: ProcessId) -> u64 {
    let decl = graph.process(process);
    if decl.spec().is_none() || decl.is_independent() {
        return 0;
    }
    let in_ports = decl.in_ports.iter().map(|port| port.extents.sample().len());
    let out_ports = decl
        .out_ports
        .iter()
        .map(|port| port.extents.sample().len());
    let ports: Vec<usize> = in_ports.chain(out_ports).collect();
    let largest = ports.iter().max().copied().unwrap_or(0);
    let vars = decl
        .vars
        .iter()
        .map(|var| match sample_elements(graph, &**var) {
            synapses if synapses > 4 * largest => synapses / INACTIVE_SYNAPSES,
            state => state,
        });
    (ports.iter().sum::<usize>() + vars.sum::<usize>()) as u64
}

/// The elements of a Var in one sample, as far as they are known.
fn sample_elements(graph: &Graph, var: &dyn AnyVar) -> usize {
    let elements = var.expected_size().elements;
    match graph.batch.get() {
        Some(samples) if !var.is_shared_by_samples() => elements / samples,
        _ => elements,
    }
}

/// The worker of each task.
fn placement(tasks: &TaskTable, per_worker: &[Vec<TaskId>]) -> Vec<Option<WorkerId>> {
    let mut placement = vec![None; tasks.len()];
    for (worker, tasks) in per_worker.iter().enumerate() {
        for task in tasks {
            placement[task.index()] = Some(WorkerId(worker));
        }
    }
    placement
}

/// The worker of the lockstep tasks that are connected to independent ones: they share it.
fn gate_worker(
    graph: &Graph,
    tasks: &TaskTable,
    queues: &Queues,
    placement: &[Option<WorkerId>],
) -> Option<WorkerId> {
    let mut ends = queues.queues.iter().flat_map(|queue| {
        let edge = &graph.edges[queue.edge];
        [edge.from.process, edge.to.process]
    });
    ends.find_map(|process| placement[tasks.first_of(process).index()])
}
