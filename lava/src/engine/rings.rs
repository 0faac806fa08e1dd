//! The rings of every task's out-ports.

use std::collections::{HashMap, HashSet};

use lava_core::executor::TaskId;
use lava_core::transport::ErasedRing;

use crate::compiler::{Plan, RankPlan, RingOwner};
use crate::graph::{Graph, PortId};
use crate::process::PortIndex;

/// The rings of every task's out-ports. Those that share an accumulator have one ring; those of tasks
/// that may deliver together are made jointly.
pub(super) fn rings(graph: &Graph, plan: &Plan) -> Vec<Vec<ErasedRing>> {
    let mut made = joint_rings(graph, plan);
    let ports = |task: TaskId| graph.out_ports(plan.tasks.get(task).process);
    let received = plan.rank.iter().flat_map(RankPlan::received);
    let received: HashSet<RingOwner> = received.map(|ring| (ring.task, ring.port)).collect();
    let mut rings = Vec::with_capacity(plan.tasks.len() + plan.exchanges());
    for task in plan.tasks.ids() {
        let owners = ports(task).map(|port| owner(plan, task, port.port));
        let own = owners.map(|owner| {
            let is_here = plan.is_own(task) || received.contains(&owner);
            let ring = || ring(graph, plan, owner, is_here);
            made.entry(owner).or_insert_with(ring).clone()
        });
        rings.push(own.collect());
    }
    rings.resize_with(plan.tasks.len() + plan.exchanges(), Vec::new);
    rings
}

fn owner(plan: &Plan, task: TaskId, port: PortIndex) -> RingOwner {
    plan.accumulators.owner(&plan.tasks, task, port)
}

/// The length and the depth of a ring.
fn extents(graph: &Graph, plan: &Plan, (task, port): RingOwner) -> (usize, usize) {
    let process = plan.tasks.get(task).process;
    let len = plan.tasks.sent_elements(graph, task, port).len();
    (len, plan.ring_depths.of(PortId { process, port }))
}

/// The ring of a task; empty if this rank neither computes the task nor receives its messages.
fn ring(graph: &Graph, plan: &Plan, owner: RingOwner, is_here: bool) -> ErasedRing {
    let (len, depth) = match is_here {
        true => extents(graph, plan, owner),
        false => (0, 1),
    };
    made(graph, plan, &[owner], &[len], depth).remove(0)
}

fn made(
    graph: &Graph,
    plan: &Plan,
    owners: &[RingOwner],
    lens: &[usize],
    depth: usize,
) -> Vec<ErasedRing> {
    let (task, port) = owners[0];
    let decl = graph.process(plan.tasks.get(task).process);
    decl.out_ports[port.index()].vtable.joint_rings(lens, depth)
}

/// The rings of the tasks that may deliver together: side by side where a task is in both groups, or in
/// one that is with another.
fn joint_rings(graph: &Graph, plan: &Plan) -> HashMap<RingOwner, ErasedRing> {
    let port = |task: TaskId| owner(plan, task, PortIndex(0));
    let mut sets: Vec<Vec<RingOwner>> = Vec::new();
    let mut set_of: HashMap<RingOwner, usize> = HashMap::new();
    for tasks in &plan.joint {
        let mut joined: Vec<usize> = Vec::new();
        let mut new = Vec::new();
        for owner in tasks.iter().map(|task| port(*task)) {
            match set_of.get(&owner) {
                Some(set) if joined.contains(set) => {}
                Some(set) => joined.push(*set),
                None => new.push(owner),
            }
        }
        let target = joined.first().copied().unwrap_or_else(|| {
            sets.push(Vec::new());
            sets.len() - 1
        });
        for set in joined.into_iter().skip(1) {
            new.extend(std::mem::take(&mut sets[set]));
        }
        for owner in new {
            set_of.insert(owner, target);
            sets[target].push(owner);
        }
    }
    let mut rings = HashMap::new();
    for owners in sets.iter().filter(|set| !set.is_empty()) {
        let extents = owners.iter().map(|owner| extents(graph, plan, *owner));
        let (lens, depths): (Vec<usize>, Vec<usize>) = extents.unzip();
        let depth = depths.into_iter().max().unwrap_or(1);
        let made = made(graph, plan, owners, &lens, depth);
        rings.extend(owners.iter().copied().zip(made));
    }
    rings
}
