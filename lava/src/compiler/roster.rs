//! Who could run what: enough of a plan to place its parts, and to place them anew once it is known
//! what they cost.

use super::parts::Parts;
use super::place::{self, Bundle};
use crate::network::Graph;

/// One model's turn in a worker's step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The part that the model computes.
    pub(crate) part: usize,
    /// Turns of other workers that must be over: worker, and how many of its turns.
    pub(crate) awaits: Vec<(usize, u64)>,
    /// Whether another worker waits for this turn.
    pub(crate) awaited: bool,
}

/// The parts that run in step, and what ties them to each other.
#[derive(Debug)]
pub(crate) struct Roster {
    /// The parts in the order of a step.
    order: Vec<usize>,
    /// For each part the one whose worker it shares, itself if it shares none.
    companions: Vec<usize>,
    /// Parts of which the second receives in a step what the first sends in it.
    messages: Vec<(usize, usize)>,
}

impl Roster {
    /// The parts of processes that come in this order and have these companions, as if they sent
    /// each other nothing.
    pub(super) fn new(parts: &Parts, order: &[usize], companions: &[usize]) -> Roster {
        let all = parts.list.iter().enumerate();
        Roster {
            order: order
                .iter()
                .flat_map(|process| parts.of(*process))
                .collect(),
            companions: all
                .map(|(part, of)| parts.companion(part, companions[of.process]))
                .collect(),
            messages: Vec::new(),
        }
    }

    /// The same with what the parts send each other.
    pub(super) fn connected(self, graph: &Graph, parts: &Parts) -> Roster {
        let messages = graph.immediate().flat_map(|edge| {
            let receivers = parts.of(edge.to.process);
            receivers.flat_map(move |to| {
                let senders = parts.senders(graph, edge, to);
                senders.into_iter().map(move |from| (from, to))
            })
        });
        Roster {
            messages: messages.collect(),
            ..self
        }
    }

    /// So many parts that nothing ties to each other.
    #[cfg(test)]
    pub(crate) fn free(parts: usize) -> Roster {
        Roster {
            order: (0..parts).collect(),
            companions: (0..parts).collect(),
            messages: Vec::new(),
        }
    }

    /// The part that a part shares its worker with, itself if with none.
    pub(crate) fn companion(&self, part: usize) -> usize {
        self.companions[part]
    }

    /// How many groups of parts share a worker each.
    pub(crate) fn bundles(&self) -> usize {
        self.bundled(&vec![0; self.companions.len()]).len()
    }

    /// The parts of each worker, where they cost so much; neighbours stay together where that costs
    /// little.
    pub(super) fn place(&self, costs: &[u64], workers: usize) -> Vec<Vec<usize>> {
        let bundles = self.bundled(costs);
        let chosen = place::place(&bundles, workers);
        let mut placement = self.listed(&bundles, &chosen, workers);
        placement.retain(|list| !list.is_empty());
        placement
    }

    /// The parts of each worker, so that all have about as much to do.
    pub(crate) fn even(&self, costs: &[u64], workers: usize) -> Vec<Vec<usize>> {
        let bundles = self.bundled(costs);
        self.listed(&bundles, &place::largest_first(&bundles, workers), workers)
    }

    fn bundled(&self, costs: &[u64]) -> Vec<Bundle> {
        place::bundles(&self.order, costs, &self.companions)
    }

    /// The parts of each worker in the order of a step.
    fn listed(&self, bundles: &[Bundle], chosen: &[usize], workers: usize) -> Vec<Vec<usize>> {
        let mut worker_of = vec![0; self.companions.len()];
        for (bundle, &worker) in bundles.iter().zip(chosen) {
            let parts = bundle.parts.iter();
            parts.for_each(|&part| worker_of[part] = worker);
        }
        let mut placement = vec![Vec::new(); workers];
        for &part in &self.order {
            placement[worker_of[part]].push(part);
        }
        placement
    }

    /// The turns of every worker, with what each has to wait for.
    pub(crate) fn turns(&self, placement: &[Vec<usize>]) -> Vec<Vec<Turn>> {
        let mut place = vec![(0, 0); self.companions.len()];
        for (worker, list) in placement.iter().enumerate() {
            for (position, &part) in list.iter().enumerate() {
                place[part] = (worker, position as u64 + 1);
            }
        }
        let turn = |part| Turn {
            part,
            awaits: Vec::new(),
            awaited: false,
        };
        let mut turns: Vec<Vec<Turn>> = placement
            .iter()
            .map(|list| list.iter().map(|&part| turn(part)).collect())
            .collect();
        for &(from, to) in &self.messages {
            let (from, until) = place[from];
            let (to, position) = place[to];
            if from == to {
                continue;
            }
            turns[from][until as usize - 1].awaited = true;
            let awaits = &mut turns[to][position as usize - 1].awaits;
            match awaits.iter_mut().find(|(worker, _)| *worker == from) {
                Some((_, turns)) => *turns = until.max(*turns),
                None => awaits.push((from, until)),
            }
        }
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(order: &[usize], companions: &[usize], messages: &[(usize, usize)]) -> Roster {
        Roster {
            order: order.to_vec(),
            companions: companions.to_vec(),
            messages: messages.to_vec(),
        }
    }

    fn place_alone(order: &[usize], costs: &[u64], workers: usize) -> Vec<Vec<usize>> {
        let alone: Vec<usize> = (0..costs.len()).collect();
        roster(order, &alone, &[]).place(costs, workers)
    }

    #[test]
    fn equal_processes_are_shared_out_in_stretches() {
        let placement = place_alone(&[3, 1, 0, 2], &[5, 5, 5, 5], 2);
        assert_eq!(placement, [vec![3, 1], vec![0, 2]]);
    }

    #[test]
    fn a_large_process_has_a_worker_to_itself() {
        let placement = place_alone(&[0, 1, 2], &[1, 1, 1000], 2);
        assert_eq!(placement, [vec![0, 1], vec![2]]);
    }

    #[test]
    fn where_stretches_are_uneven_the_largest_goes_first() {
        let placement = place_alone(&[0, 1, 2, 3], &[90, 90, 60, 30], 2);
        assert_eq!(placement, [vec![0, 2], vec![1, 3]]);
    }

    #[test]
    fn companions_share_a_worker() {
        let placement = roster(&[0, 1, 2, 3], &[3, 1, 1, 3], &[]).place(&[1, 9, 1, 9], 2);
        assert_eq!(placement, [vec![0, 3], vec![1, 2]]);
    }

    #[test]
    fn no_worker_is_left_without_work() {
        assert_eq!(place_alone(&[0, 1], &[1, 1], 8).len(), 2);
    }

    #[test]
    fn what_costs_much_is_shared_out_evenly_with_its_companions() {
        let roster = roster(&[0, 1, 2, 3, 4], &[0, 0, 2, 3, 4], &[]);
        assert_eq!(roster.bundles(), 4);
        let placement = roster.even(&[50, 50, 60, 30, 5], 2);
        assert_eq!(placement, [vec![0, 1], vec![2, 3, 4]]);
    }

    #[test]
    fn turns_wait_for_what_others_send_in_the_same_step() {
        let roster = roster(&[0, 1, 2], &[0, 1, 2], &[(0, 2), (1, 2)]);
        let turns = roster.turns(&[vec![0, 1], vec![2]]);
        assert!(turns[0][0].awaited && turns[0][1].awaited);
        assert_eq!(turns[1][0].awaits, [(0, 2)]);
        let turns = roster.turns(&[vec![1], vec![0, 2]]);
        assert_eq!(turns[1][1].awaits, [(0, 1)]);
        assert!(!turns[1][0].awaited);
    }
}
