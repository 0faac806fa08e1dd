//! The task graph: the order of tasks, their groups and their same-step messages. It is the input of
//! placement, at compile time and again after profiling.

use lava_core::executor::{Progress, TaskId, TaskSlot, WorkerId};

use super::place::{self, TaskGroup};
use super::tasks::TaskTable;
use crate::graph::Graph;
use crate::process::ProcessId;

/// The lockstep tasks and the constraints between them.
#[derive(Debug)]
pub(crate) struct TaskGraph {
    /// The tasks in the order of a step.
    order: Vec<TaskId>,
    /// The anchor of each task's group.
    anchors: Vec<TaskId>,
    same_step: Vec<SameStep>,
}

/// A message that arrives in the step in which it is sent.
#[derive(Clone, Copy, Debug)]
struct SameStep {
    from: TaskId,
    to: TaskId,
}

impl TaskGraph {
    /// The tasks of processes in this order and with these anchors, without messages.
    pub(super) fn new(tasks: &TaskTable, order: &[ProcessId], anchors: &[ProcessId]) -> TaskGraph {
        let anchor = |id: TaskId| {
            let process = anchors[tasks.get(id).process.index()];
            let first = tasks.first_of(process);
            let samples = tasks.get(first).shard.samples.as_ref();
            match samples.is_some_and(|samples| samples.is_single) {
                true => first,
                false => tasks.peer_of(id, process),
            }
        };
        let order = order.iter().flat_map(|process| tasks.of_process(*process));
        TaskGraph {
            order: order.collect(),
            anchors: tasks.ids().map(anchor).collect(),
            same_step: Vec::new(),
        }
    }

    /// The same graph with its messages.
    pub(super) fn with_messages(self, graph: &Graph, tasks: &TaskTable) -> TaskGraph {
        let mut same_step = Vec::new();
        for edge in graph.same_step_edges() {
            for to in tasks.of_process(edge.to.process) {
                let senders = tasks.sending_tasks(graph, edge, to).into_iter();
                same_step.extend(senders.map(|from| SameStep { from, to }));
            }
        }
        TaskGraph { same_step, ..self }
    }

    /// `tasks` tasks, and pairs of which the first sends to the second in the same step.
    pub(super) fn of_pairs(tasks: usize, same_step: Vec<(TaskId, TaskId)>) -> TaskGraph {
        TaskGraph {
            order: Vec::new(),
            anchors: (0..tasks).map(TaskId).collect(),
            same_step: same_step
                .into_iter()
                .map(|(from, to)| SameStep { from, to })
                .collect(),
        }
    }

    /// The tasks in the order of a step.
    pub(super) fn order(&self) -> &[TaskId] {
        &self.order
    }

    /// The pairs of which the first sends to the second in the same step.
    pub(super) fn same_step(&self) -> impl Iterator<Item = (TaskId, TaskId)> {
        self.same_step
            .iter()
            .map(|&SameStep { from, to }| (from, to))
    }

    /// `tasks` tasks without constraints.
    #[cfg(test)]
    pub(crate) fn unconstrained(tasks: usize) -> TaskGraph {
        TaskGraph {
            order: (0..tasks).map(TaskId).collect(),
            anchors: (0..tasks).map(TaskId).collect(),
            same_step: Vec::new(),
        }
    }

    /// The anchor of a task's group.
    pub(crate) fn anchor(&self, task: TaskId) -> TaskId {
        self.anchors[task.index()]
    }

    /// The number of groups.
    pub(crate) fn group_count(&self) -> usize {
        self.groups(&vec![0; self.anchors.len()]).len()
    }

    /// Places tasks of these costs; neighbours stay together where that costs little.
    pub(super) fn place(&self, costs: &[u64], workers: usize) -> Vec<Vec<TaskId>> {
        let groups = self.groups(costs);
        let placement = place::place(&groups, workers);
        let mut tasks = self.per_worker(&groups, &placement, workers);
        tasks.retain(|tasks| !tasks.is_empty());
        tasks
    }

    /// Places tasks of these costs so that all workers have about the same load.
    pub(crate) fn balance(&self, costs: &[u64], workers: usize) -> Vec<Vec<TaskId>> {
        let groups = self.groups(costs);
        self.per_worker(&groups, &place::longest_first(&groups, workers), workers)
    }

    fn groups(&self, costs: &[u64]) -> Vec<TaskGroup> {
        place::groups(&self.order, costs, &self.anchors)
    }

    /// The tasks of each worker in the order of a step.
    fn per_worker(
        &self,
        groups: &[TaskGroup],
        placement: &[WorkerId],
        workers: usize,
    ) -> Vec<Vec<TaskId>> {
        let mut worker_of = vec![WorkerId(0); self.anchors.len()];
        for (group, &worker) in groups.iter().zip(placement) {
            for task in &group.tasks {
                worker_of[task.index()] = worker;
            }
        }
        let mut tasks = vec![Vec::new(); workers];
        for &task in &self.order {
            tasks[worker_of[task.index()].index()].push(task);
        }
        tasks
    }

    /// The schedule of every worker, with the progress that each slot waits for.
    pub(crate) fn schedules(&self, placement: &[Vec<TaskId>]) -> Vec<Vec<TaskSlot>> {
        // For each task its worker, and its worker's progress when it is done.
        let mut done = vec![
            Progress {
                worker: WorkerId(0),
                slots: 0
            };
            self.anchors.len()
        ];
        for (worker, tasks) in placement.iter().enumerate() {
            for (slots, task) in (1..).zip(tasks) {
                done[task.index()] = Progress {
                    worker: WorkerId(worker),
                    slots,
                };
            }
        }
        let slot = |&task: &TaskId| TaskSlot {
            task,
            waits_for: Vec::new(),
            signals: false,
        };
        let mut schedules: Vec<Vec<TaskSlot>> = placement
            .iter()
            .map(|tasks| tasks.iter().map(slot).collect())
            .collect();
        for &SameStep { from, to } in &self.same_step {
            let (sent, received) = (done[from.index()], done[to.index()]);
            if sent.worker == received.worker {
                continue;
            }
            schedules[sent.worker.index()][sent.slots as usize - 1].signals = true;
            let waits_for =
                &mut schedules[received.worker.index()][received.slots as usize - 1].waits_for;
            match waits_for.iter_mut().find(|wait| wait.worker == sent.worker) {
                Some(wait) => wait.slots = wait.slots.max(sent.slots),
                None => waits_for.push(sent),
            }
        }
        schedules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(ids: &[usize]) -> Vec<TaskId> {
        ids.iter().copied().map(TaskId).collect()
    }

    fn task_graph(order: &[usize], anchors: &[usize], messages: &[(usize, usize)]) -> TaskGraph {
        let same_step = |&(from, to): &(usize, usize)| SameStep {
            from: TaskId(from),
            to: TaskId(to),
        };
        TaskGraph {
            order: tasks(order),
            anchors: tasks(anchors),
            same_step: messages.iter().map(same_step).collect(),
        }
    }

    fn place_ungrouped(order: &[usize], costs: &[u64], workers: usize) -> Vec<Vec<TaskId>> {
        let anchors: Vec<usize> = (0..costs.len()).collect();
        task_graph(order, &anchors, &[]).place(costs, workers)
    }

    #[test]
    fn equal_processes_are_placed_in_contiguous_ranges() {
        let placement = place_ungrouped(&[3, 1, 0, 2], &[5, 5, 5, 5], 2);
        assert_eq!(placement, [tasks(&[3, 1]), tasks(&[0, 2])]);
    }

    #[test]
    fn a_large_process_has_a_worker_to_itself() {
        let placement = place_ungrouped(&[0, 1, 2], &[1, 1, 1000], 2);
        assert_eq!(placement, [tasks(&[0, 1]), tasks(&[2])]);
    }

    #[test]
    fn where_ranges_are_uneven_the_costliest_goes_first() {
        let placement = place_ungrouped(&[0, 1, 2, 3], &[90, 90, 60, 30], 2);
        assert_eq!(placement, [tasks(&[0, 2]), tasks(&[1, 3])]);
    }

    #[test]
    fn a_group_shares_a_worker() {
        let placement = task_graph(&[0, 1, 2, 3], &[3, 1, 1, 3], &[]).place(&[1, 9, 1, 9], 2);
        assert_eq!(placement, [tasks(&[0, 3]), tasks(&[1, 2])]);
    }

    #[test]
    fn no_worker_is_left_without_tasks() {
        assert_eq!(place_ungrouped(&[0, 1], &[1, 1], 8).len(), 2);
    }

    #[test]
    fn balancing_keeps_groups_together() {
        let graph = task_graph(&[0, 1, 2, 3, 4], &[0, 0, 2, 3, 4], &[]);
        assert_eq!(graph.group_count(), 4);
        let placement = graph.balance(&[50, 50, 60, 30, 5], 2);
        assert_eq!(placement, [tasks(&[0, 1]), tasks(&[2, 3, 4])]);
    }

    #[test]
    fn slots_wait_for_messages_of_the_same_step() {
        let wait = |worker, slots| Progress {
            worker: WorkerId(worker),
            slots,
        };
        let graph = task_graph(&[0, 1, 2], &[0, 1, 2], &[(0, 2), (1, 2)]);
        let schedules = graph.schedules(&[tasks(&[0, 1]), tasks(&[2])]);
        assert!(schedules[0][0].signals && schedules[0][1].signals);
        assert_eq!(schedules[1][0].waits_for, [wait(0, 2)]);
        let schedules = graph.schedules(&[tasks(&[1]), tasks(&[0, 2])]);
        assert_eq!(schedules[1][1].waits_for, [wait(0, 1)]);
        assert!(!schedules[1][0].signals);
    }
}
