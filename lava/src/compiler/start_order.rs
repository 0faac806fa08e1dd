//! The order in which models start.

use std::cmp::Reverse;
use std::collections::HashMap;

use lava_core::executor::TaskId;

use super::sample_elements;
use super::tasks::TaskTable;
use crate::graph::Graph;
use crate::process::ProcessId;

/// The order in which tasks start. Joint tasks merge their synapses when the last of them starts, and have them twice
/// until then: set by set, the largest first, while others have taken little memory. All other tasks follow.
pub(super) fn start_order(graph: &Graph, tasks: &TaskTable, joint: &[Vec<TaskId>]) -> Vec<TaskId> {
    // The sets of several workers share processes, whose synapses are drawn for all workers at once.
    let mut set_of: HashMap<ProcessId, usize> = HashMap::new();
    for (number, set) in joint.iter().enumerate() {
        let processes = set.iter().map(|task| tasks.get(*task).process);
        let known = processes
            .clone()
            .find_map(|process| set_of.get(&process).copied());
        for process in processes {
            set_of.insert(process, known.unwrap_or(number));
        }
    }
    let mut elements = vec![0; joint.len()];
    for (process, set) in &set_of {
        let vars = graph.process(*process).vars.iter();
        elements[*set] += vars
            .map(|var| sample_elements(graph, &**var))
            .sum::<usize>();
    }
    let mut order: Vec<TaskId> = tasks.ids().collect();
    order.sort_by_key(|task| {
        let set = set_of.get(&tasks.get(*task).process);
        (
            set.is_none(),
            set.map(|set| (Reverse(elements[*set]), *set)),
        )
    });
    order
}
