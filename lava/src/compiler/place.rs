//! Which worker runs which processes.

use std::thread;

/// How many elements a network must have for each worker that it is given: below that, meeting
/// at the end of a step costs more than a second worker saves.
const ELEMENTS_PER_WORKER: u64 = 50_000;

/// The number of workers that a network of this cost is worth, on this machine.
pub(crate) fn worth(cost: u64) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    usize::try_from(cost / ELEMENTS_PER_WORKER)
        .unwrap_or(cores)
        .clamp(1, cores)
}

/// Cuts the order into one stretch per worker, of about equal cost. Neighbours stay together, so
/// that few messages cross from one worker to another. Leaves out workers without work.
pub(crate) fn place(order: &[usize], costs: &[u64], workers: usize) -> Vec<Vec<usize>> {
    let total: u64 = order.iter().map(|&process| costs[process] + 1).sum();
    let mut placement = vec![Vec::new(); workers];
    let mut before = 0;
    for &process in order {
        let cost = costs[process] + 1;
        // The stretch that the middle of this process falls into.
        let middle = u128::from(before + cost / 2);
        let worker = (middle * workers as u128 / u128::from(total)) as usize;
        placement[worker.min(workers - 1)].push(process);
        before += cost;
    }
    placement.retain(|list: &Vec<usize>| !list.is_empty());
    placement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_processes_are_shared_out_evenly() {
        assert_eq!(
            place(&[3, 1, 0, 2], &[5, 5, 5, 5], 2),
            [vec![3, 1], vec![0, 2]]
        );
    }

    #[test]
    fn a_large_process_has_a_worker_to_itself() {
        assert_eq!(place(&[0, 1, 2], &[1, 1, 1000], 2), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn no_worker_is_left_without_work() {
        assert_eq!(place(&[0, 1], &[1, 1], 8).len(), 2);
    }

    #[test]
    fn small_networks_are_worth_one_worker() {
        assert_eq!(worth(10_000), 1);
    }
}
