//! What the models of a worker have done: times and counts, for a profile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::floor::Around;
use super::shared::AnyOutlet;
use crate::Result;

/// The measures of one worker's turns.
pub(crate) struct Meter {
    clock: Arc<Clock>,
    /// In the order of the spike phase.
    turns: Vec<Measure>,
    /// In the order of the other phases: which of `turns`.
    declared: Vec<usize>,
}

/// What a model has done.
#[derive(Clone)]
pub(crate) struct Measure {
    pub(crate) part: usize,
    /// Steps.
    pub(crate) steps: u64,
    /// The time that they took, all phases.
    pub(crate) time: Duration,
    /// Spikes and numbers that it has sent.
    pub(crate) sent: u64,
    outlets: Vec<AnyOutlet>,
}

impl Meter {
    /// Measures models that run in this order, by part, and send through these outlets.
    pub(crate) fn new(
        clock: &Arc<Clock>,
        parts: impl Iterator<Item = usize>,
        outlets: &[Vec<AnyOutlet>],
    ) -> Meter {
        let measure = |part: usize| Measure {
            part,
            steps: 0,
            time: Duration::ZERO,
            sent: 0,
            outlets: outlets[part].clone(),
        };
        let turns: Vec<Measure> = parts.map(measure).collect();
        let mut declared: Vec<usize> = (0..turns.len()).collect();
        declared.sort_unstable_by_key(|turn| turns[*turn].part);
        Meter {
            clock: Arc::clone(clock),
            turns,
            declared,
        }
    }

    /// What each model has done.
    pub(crate) fn measures(&self) -> &[Measure] {
        &self.turns
    }

    fn time(&mut self, turn: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8> {
        let start = Instant::now();
        let result = run();
        self.turns[turn].time += start.elapsed();
        result
    }
}

impl Around for Meter {
    fn spike(&mut self, turn: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8> {
        let result = self.time(turn, run);
        let measure = &mut self.turns[turn];
        measure.steps += 1;
        let tick = self.clock.tick();
        let sent = measure.outlets.iter().map(|outlet| outlet.sent(tick));
        measure.sent += sent.sum::<usize>() as u64;
        result
    }

    fn phase(&mut self, turn: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8> {
        self.time(self.declared[turn], run)
    }
}
