//! Decides when to redistribute tasks over workers, from measured run times.

use std::time::Duration;

use lava_core::executor::{TaskId, WorkerId};

use crate::compiler::TaskGraph;

/// The steps before the first measurement.
const WARM_UP_STEPS: u64 = 500;
/// The number of samples of a measurement; the median counts, because other programs make some
/// samples longer.
const SAMPLES: usize = 9;
/// The steps of a sample.
const SAMPLE_STEPS: u64 = 50;
/// The factor by which the time before the next measurement grows.
const BACK_OFF: u64 = 2;
/// The shortest step that is measured: below, neighbours had better stay together.
const MIN_STEP_TIME: Duration = Duration::from_micros(20);
/// The part of the busiest worker's time that a new placement may leave.
const REQUIRED_GAIN: f64 = 0.92;

/// Keeps the load of the workers even.
pub(super) struct Rebalancer {
    task_graph: TaskGraph,
    state: RebalancerState,
    /// The remaining steps of the current state.
    remaining: u64,
    /// The time that the steps of the current state have taken.
    elapsed: Duration,
    /// The steps of the current warm-up.
    warm_up: u64,
    /// The time of each task in each sample.
    samples: Vec<Vec<Duration>>,
    /// The user profiles: no task moves meanwhile.
    is_suspended: bool,
}

#[derive(Clone, Copy)]
enum RebalancerState {
    WarmUp,
    Sampling,
}

/// The action that is due between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// None.
    None,
    /// Start the profilers.
    StartSampling,
    /// Record a sample and start the next.
    RecordSample,
    /// Record the last sample and move tasks.
    Rebalance,
}

impl Rebalancer {
    pub(super) fn new(task_graph: TaskGraph) -> Rebalancer {
        Rebalancer {
            task_graph,
            state: RebalancerState::WarmUp,
            remaining: WARM_UP_STEPS,
            elapsed: Duration::ZERO,
            warm_up: WARM_UP_STEPS,
            samples: Vec::new(),
            is_suspended: false,
        }
    }

    pub(super) fn task_graph(&self) -> &TaskGraph {
        &self.task_graph
    }

    /// Starts the warm-up again, or suspends it.
    pub(super) fn suspend(&mut self, is_suspended: bool) {
        self.is_suspended = is_suspended;
        self.enter(RebalancerState::WarmUp, self.warm_up);
    }

    fn enter(&mut self, state: RebalancerState, steps: u64) {
        (self.state, self.remaining, self.elapsed) = (state, steps, Duration::ZERO);
    }

    /// The steps before an action may be due.
    pub(super) fn steps_until_action(&self) -> u64 {
        if self.is_suspended {
            u64::MAX
        } else {
            self.remaining
        }
    }

    /// Counts steps and their time. Returns the action that is due.
    pub(super) fn on_steps_run(&mut self, steps: u64, time: Duration) -> Action {
        if self.is_suspended {
            return Action::None;
        }
        self.remaining = self.remaining.saturating_sub(steps);
        self.elapsed += time;
        match self.state {
            _ if self.remaining > 0 => Action::None,
            RebalancerState::WarmUp if self.elapsed.as_nanos() >= self.min_warm_up_nanos() => {
                self.samples.clear();
                self.enter(RebalancerState::Sampling, SAMPLE_STEPS);
                Action::StartSampling
            }
            RebalancerState::WarmUp => {
                self.back_off();
                Action::None
            }
            RebalancerState::Sampling if self.samples.len() + 1 < SAMPLES => {
                self.enter(RebalancerState::Sampling, SAMPLE_STEPS);
                Action::RecordSample
            }
            RebalancerState::Sampling => {
                self.back_off();
                Action::Rebalance
            }
        }
    }

    /// Records the time of each task in a sample.
    pub(super) fn record_sample(&mut self, times: Vec<Duration>) {
        self.samples.push(times);
    }

    /// The shortest warm-up after which tasks are measured.
    fn min_warm_up_nanos(&self) -> u128 {
        MIN_STEP_TIME.as_nanos() * u128::from(self.warm_up)
    }

    fn back_off(&mut self) {
        self.warm_up = self.warm_up.saturating_mul(BACK_OFF);
        self.enter(RebalancerState::WarmUp, self.warm_up);
    }

    /// The tasks of each worker, if that placement is better than the current one, `placement`.
    pub(super) fn improved_placement(
        &self,
        placement: &[Option<WorkerId>],
        workers: usize,
    ) -> Option<Vec<Vec<TaskId>>> {
        let costs: Vec<u64> = (0..placement.len()).map(|task| self.cost(task)).collect();
        let mut loads = vec![0; workers];
        for (cost, worker) in costs.iter().zip(placement) {
            if let Some(worker) = worker {
                loads[worker.index()] += cost;
            }
        }
        let busiest = loads.into_iter().max()?;
        let improved = self.task_graph.balance(&costs, workers);
        let load = |tasks: &Vec<TaskId>| tasks.iter().map(|task| costs[task.index()]).sum::<u64>();
        let then = improved.iter().map(load).max()?;
        (then as f64 <= REQUIRED_GAIN * busiest as f64).then_some(improved)
    }

    /// The median time of a task in nanoseconds.
    fn cost(&self, task: usize) -> u64 {
        let samples = self.samples.iter();
        let mut times: Vec<u64> = samples.map(|times| times[task].as_nanos() as u64).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: Duration = Duration::from_millis(100);

    fn rebalancer() -> Rebalancer {
        Rebalancer::new(TaskGraph::unconstrained(3))
    }

    /// Takes all samples; returns the action after each.
    fn sample(rebalancer: &mut Rebalancer, times: impl Fn(usize) -> [u64; 3]) -> Vec<Action> {
        let take = |sample: usize| {
            let action = rebalancer.on_steps_run(SAMPLE_STEPS, SLOW);
            rebalancer.record_sample(times(sample).map(Duration::from_micros).to_vec());
            action
        };
        (0..SAMPLES).map(take).collect()
    }

    fn on_workers(workers: [usize; 3]) -> [Option<WorkerId>; 3] {
        workers.map(|worker| Some(WorkerId(worker)))
    }

    #[test]
    fn tasks_are_measured_after_a_warm_up_and_then_ever_more_rarely() {
        let mut rebalancer = rebalancer();
        assert_eq!(rebalancer.on_steps_run(200, SLOW), Action::None);
        assert_eq!(rebalancer.steps_until_action(), 300);
        assert_eq!(rebalancer.on_steps_run(300, SLOW), Action::StartSampling);
        assert_eq!(rebalancer.steps_until_action(), SAMPLE_STEPS);
        let actions = sample(&mut rebalancer, |_| [1; 3]);
        assert_eq!(actions[..SAMPLES - 1], [Action::RecordSample; SAMPLES - 1]);
        assert_eq!(actions[SAMPLES - 1], Action::Rebalance);
        assert_eq!(rebalancer.steps_until_action(), 1_000);
        assert_eq!(rebalancer.on_steps_run(1_000, SLOW), Action::StartSampling);
    }

    #[test]
    fn a_network_with_short_steps_is_not_measured() {
        let mut rebalancer = rebalancer();
        let short = MIN_STEP_TIME * 499;
        assert_eq!(rebalancer.on_steps_run(500, short), Action::None);
        assert_eq!(rebalancer.steps_until_action(), 1_000);
    }

    #[test]
    fn no_task_moves_while_the_user_profiles() {
        let mut rebalancer = rebalancer();
        rebalancer.on_steps_run(500, SLOW);
        rebalancer.suspend(true);
        assert_eq!(rebalancer.steps_until_action(), u64::MAX);
        assert_eq!(rebalancer.on_steps_run(1_000, SLOW), Action::None);
        rebalancer.suspend(false);
        assert_eq!(rebalancer.steps_until_action(), 500);
    }

    #[test]
    fn tasks_move_only_where_that_shortens_the_busiest_worker() {
        let improved = |times: [u64; 3], workers: [usize; 3]| {
            let mut rebalancer = rebalancer();
            rebalancer.on_steps_run(500, SLOW);
            sample(&mut rebalancer, |_| times);
            rebalancer.improved_placement(&on_workers(workers), 2)
        };
        let even = Some(vec![vec![TaskId(0)], vec![TaskId(1), TaskId(2)]]);
        assert_eq!(improved([50, 30, 20], [0, 0, 1]), even);
        assert_eq!(improved([50, 30, 20], [0, 1, 1]), None);
        assert_eq!(
            improved([50, 2, 49], [0, 0, 1]),
            None,
            "too little is gained"
        );
    }

    #[test]
    fn disturbed_samples_do_not_count() {
        let mut rebalancer = rebalancer();
        rebalancer.on_steps_run(500, SLOW);
        let disturbed = |sample| [50, if sample % 3 == 0 { 300 } else { 50 }, 1];
        sample(&mut rebalancer, disturbed);
        let placement = on_workers([0, 1, 0]);
        assert_eq!(rebalancer.improved_placement(&placement, 2), None);
    }
}
