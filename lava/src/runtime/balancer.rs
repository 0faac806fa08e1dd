//! When the parts of a network are shared out anew: what they cost shows only when they run.

use std::time::Duration;

use crate::compiler::Roster;

/// How many steps a network runs before it is measured for the first time.
const SETTLING: u64 = 500;
/// How many steps are measured.
const MEASURED: u64 = 500;
/// How many times as long it runs before it is measured again.
const RARER: u64 = 10;
/// How long a step must take: below that neighbours had better stay together.
const WORTHWHILE: Duration = Duration::from_micros(20);
/// What part of the time of the busiest worker a new placement has to leave.
const BETTER: f64 = 0.95;

/// Sees to it that workers have about as much to do.
pub(super) struct Balancer {
    roster: Roster,
    stage: Stage,
    /// Steps of the present stage yet to come.
    left: u64,
    /// How long the steps of the stage took that were made.
    took: Duration,
    /// How many steps the network settles.
    settling: u64,
    /// Whether the user measures: nothing moves meanwhile.
    resting: bool,
}

#[derive(Clone, Copy)]
enum Stage {
    Settling,
    Measured,
}

/// What is to be done between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing.
    Nothing,
    /// Parts are to be measured.
    Measure,
    /// They have been measured.
    Balance,
}

impl Balancer {
    pub(super) fn new(roster: Roster) -> Balancer {
        Balancer {
            roster,
            stage: Stage::Settling,
            left: SETTLING,
            took: Duration::ZERO,
            settling: SETTLING,
            resting: false,
        }
    }

    pub(super) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Begins the stage anew, or rests.
    pub(super) fn rest(&mut self, resting: bool) {
        self.resting = resting;
        self.enter(Stage::Settling, self.settling);
    }

    fn enter(&mut self, stage: Stage, steps: u64) {
        (self.stage, self.left, self.took) = (stage, steps, Duration::ZERO);
    }

    /// How many steps can be run before there may be something to do.
    pub(super) fn stretch(&self) -> u64 {
        match self.resting {
            true => u64::MAX,
            false => self.left,
        }
    }

    /// Takes note that so many steps were run, and how long they took.
    pub(super) fn ran(&mut self, steps: u64, took: Duration) -> Next {
        if self.resting {
            return Next::Nothing;
        }
        self.left = self.left.saturating_sub(steps);
        self.took += took;
        match self.stage {
            _ if self.left > 0 => Next::Nothing,
            Stage::Settling if self.took.as_nanos() >= self.worthwhile() => {
                self.enter(Stage::Measured, MEASURED);
                Next::Measure
            }
            Stage::Settling => {
                self.settle_longer();
                Next::Nothing
            }
            Stage::Measured => {
                self.settle_longer();
                Next::Balance
            }
        }
    }

    /// How many nanoseconds the steps of the stage must have taken.
    fn worthwhile(&self) -> u128 {
        WORTHWHILE.as_nanos() * u128::from(self.settling)
    }

    fn settle_longer(&mut self) {
        self.settling = self.settling.saturating_mul(RARER);
        self.enter(Stage::Settling, self.settling);
    }

    /// The parts of each worker, if others than those that it has are better: `times` says what each
    /// part took, `placement` which worker runs it.
    pub(super) fn better(
        &self,
        times: &[Duration],
        placement: &[Option<usize>],
        workers: usize,
    ) -> Option<Vec<Vec<usize>>> {
        let costs: Vec<u64> = times.iter().map(|time| time.as_nanos() as u64).collect();
        let mut loads = vec![0; workers];
        for (cost, worker) in costs.iter().zip(placement) {
            worker.iter().for_each(|worker| loads[*worker] += cost);
        }
        let busiest = loads.into_iter().max()?;
        let even = self.roster.even(&costs, workers);
        let load = |parts: &Vec<usize>| parts.iter().map(|part| costs[*part]).sum::<u64>();
        let then = even.iter().map(load).max()?;
        (then as f64 <= BETTER * busiest as f64).then_some(even)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: Duration = Duration::from_millis(100);

    /// Three parts that nothing ties.
    fn balancer() -> Balancer {
        Balancer::new(Roster::free(3))
    }

    #[test]
    fn a_network_is_measured_once_it_has_settled_and_then_ever_more_rarely() {
        let mut balancer = balancer();
        assert_eq!(balancer.ran(200, SLOW), Next::Nothing);
        assert_eq!(balancer.stretch(), 300);
        assert_eq!(balancer.ran(300, SLOW), Next::Measure);
        assert_eq!(balancer.ran(499, SLOW), Next::Nothing);
        assert_eq!(balancer.ran(1, SLOW), Next::Balance);
        assert_eq!(balancer.stretch(), 5_000);
        assert_eq!(balancer.ran(5_000, SLOW), Next::Measure);
    }

    #[test]
    fn a_network_whose_steps_are_short_is_left_alone() {
        let mut balancer = balancer();
        let short = WORTHWHILE * 499;
        assert_eq!(balancer.ran(500, short), Next::Nothing);
        assert_eq!(balancer.stretch(), 5_000);
    }

    #[test]
    fn nothing_moves_while_the_user_measures() {
        let mut balancer = balancer();
        balancer.ran(500, SLOW);
        balancer.rest(true);
        assert_eq!(balancer.stretch(), u64::MAX);
        assert_eq!(balancer.ran(1_000, SLOW), Next::Nothing);
        balancer.rest(false);
        assert_eq!(balancer.stretch(), 500);
    }

    #[test]
    fn parts_move_only_where_that_leaves_the_busiest_worker_less_to_do() {
        let balancer = balancer();
        let better = |times: [u64; 3], placement: [usize; 3]| {
            balancer.better(&times.map(Duration::from_micros), &placement.map(Some), 2)
        };
        let even = Some(vec![vec![0], vec![1, 2]]);
        assert_eq!(better([50, 30, 20], [0, 0, 1]), even);
        assert_eq!(better([50, 30, 20], [0, 1, 1]), None);
        assert_eq!(
            better([50, 2, 49], [0, 0, 1]),
            None,
            "a worker saves too little"
        );
    }
}
