//! When the parts of a network are shared out anew: what they cost shows only when they run.

use std::time::Duration;

use crate::compiler::Roster;

/// How many steps a network runs before it is measured for the first time.
const SETTLING: u64 = 500;
/// How often it is measured then, and over how many steps each time. What is in the middle counts:
/// other programs that use the machine make some rounds longer.
const ROUNDS: usize = 9;
const ROUND: u64 = 50;
/// How many times as long it runs before it is measured again.
const RARER: u64 = 2;
/// How long a step must take: below that neighbours had better stay together.
const WORTHWHILE: Duration = Duration::from_micros(20);
/// What part of the time of the busiest worker a new placement has to leave.
const BETTER: f64 = 0.92;

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
    /// What each part took in each round.
    rounds: Vec<Vec<Duration>>,
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
    /// They have been measured in a round, and are to be measured in another.
    Note,
    /// They have been measured in the last round.
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
            rounds: Vec::new(),
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
                self.rounds.clear();
                self.enter(Stage::Measured, ROUND);
                Next::Measure
            }
            Stage::Settling => {
                self.settle_longer();
                Next::Nothing
            }
            Stage::Measured if self.rounds.len() + 1 < ROUNDS => {
                self.enter(Stage::Measured, ROUND);
                Next::Note
            }
            Stage::Measured => {
                self.settle_longer();
                Next::Balance
            }
        }
    }

    /// Takes note of what each part took in a round.
    pub(super) fn note(&mut self, times: Vec<Duration>) {
        self.rounds.push(times);
    }

    /// How many nanoseconds the steps of the stage must have taken.
    fn worthwhile(&self) -> u128 {
        WORTHWHILE.as_nanos() * u128::from(self.settling)
    }

    fn settle_longer(&mut self) {
        self.settling = self.settling.saturating_mul(RARER);
        self.enter(Stage::Settling, self.settling);
    }

    /// The parts of each worker, if others than those that it has are better: `placement` says
    /// which worker runs each part.
    pub(super) fn better(
        &self,
        placement: &[Option<usize>],
        workers: usize,
    ) -> Option<Vec<Vec<usize>>> {
        let costs: Vec<u64> = (0..placement.len()).map(|part| self.cost(part)).collect();
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

    /// The nanoseconds that a part took in a usual round.
    fn cost(&self, part: usize) -> u64 {
        let rounds = self.rounds.iter();
        let mut times: Vec<u64> = rounds.map(|times| times[part].as_nanos() as u64).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
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

    /// What is done after each of the rounds.
    fn measure(balancer: &mut Balancer, times: impl Fn(usize) -> [u64; 3]) -> Vec<Next> {
        let round = |round: usize| {
            let next = balancer.ran(ROUND, SLOW);
            balancer.note(times(round).map(Duration::from_micros).to_vec());
            next
        };
        (0..ROUNDS).map(round).collect()
    }

    #[test]
    fn a_network_is_measured_once_it_has_settled_and_then_ever_more_rarely() {
        let mut balancer = balancer();
        assert_eq!(balancer.ran(200, SLOW), Next::Nothing);
        assert_eq!(balancer.stretch(), 300);
        assert_eq!(balancer.ran(300, SLOW), Next::Measure);
        assert_eq!(balancer.stretch(), ROUND);
        let nexts = measure(&mut balancer, |_| [1; 3]);
        assert_eq!(nexts[..ROUNDS - 1], [Next::Note; ROUNDS - 1]);
        assert_eq!(nexts[ROUNDS - 1], Next::Balance);
        assert_eq!(balancer.stretch(), 1_000);
        assert_eq!(balancer.ran(1_000, SLOW), Next::Measure);
    }

    #[test]
    fn a_network_whose_steps_are_short_is_left_alone() {
        let mut balancer = balancer();
        let short = WORTHWHILE * 499;
        assert_eq!(balancer.ran(500, short), Next::Nothing);
        assert_eq!(balancer.stretch(), 1_000);
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
        let better = |times: [u64; 3], placement: [usize; 3]| {
            let mut balancer = balancer();
            balancer.ran(500, SLOW);
            measure(&mut balancer, |_| times);
            balancer.better(&placement.map(Some), 2)
        };
        let even = Some(vec![vec![0], vec![1, 2]]);
        assert_eq!(better([50, 30, 20], [0, 0, 1]), even);
        assert_eq!(better([50, 30, 20], [0, 1, 1]), None);
        assert_eq!(better([50, 2, 49], [0, 0, 1]), None, "too little is saved");
    }

    #[test]
    fn rounds_that_something_else_made_longer_do_not_count() {
        let mut balancer = balancer();
        balancer.ran(500, SLOW);
        let disturbed = |round| [50, if round % 3 == 0 { 300 } else { 50 }, 1];
        measure(&mut balancer, disturbed);
        assert_eq!(balancer.better(&[0, 1, 0].map(Some), 2), None);
    }
}
