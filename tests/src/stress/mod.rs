//! Random operations of several threads on networks of all kinds of processes.
//!
//! A network has lockstep, asynchronous and detached processes and channels; its handles are in a
//! [`Subject`], from which every thread takes a copy for each operation, as its own models do. Threads
//! run, pause, stop, reset, read, write and drop it; when it is stopped or dropped it is made again.
//! Every result must be explained by what was asked for, no step is made after a stop, and a watchdog
//! ends the process if nothing happens.

mod network;
mod operations;
mod watchdog;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

pub use network::Subject;

use network::World;
use operations::Operation;
use watchdog::Watchdog;

/// The threads that make operations.
const THREADS: u64 = 4;

/// The parameters of a stress run.
#[derive(Clone, Copy, Debug)]
pub struct Stress {
    /// The seed of the operations; their order is not fixed by it.
    pub seed: u64,
    /// The number of operations of all threads.
    pub operations: u64,
    /// The workers of each network.
    pub workers: usize,
}

/// The outcomes of the operations of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The networks that were made.
    pub networks: u64,
    /// The number of operations by name and outcome.
    pub outcomes: BTreeMap<(&'static str, String), u64>,
}

impl Stress {
    /// Makes the operations.
    ///
    /// # Panics
    /// If a result is not explained by what was asked for, or a step is made after a stop.
    pub fn run(self) -> Report {
        let world = Arc::new(World::new(self.seed, self.workers));
        let watchdog = Watchdog::start(self);
        let is_over = Arc::new(AtomicBool::new(false));
        let feeding = {
            let (world, is_over) = (Arc::clone(&world), Arc::clone(&is_over));
            thread::spawn(move || {
                while !is_over.load(SeqCst) {
                    world.feed();
                    thread::yield_now();
                }
            })
        };
        let threads = (0..THREADS).map(|thread| {
            let (world, log) = (Arc::clone(&world), watchdog.log());
            thread::spawn(move || {
                let mut random = Random::new(self.seed ^ (thread + 1) << 32);
                let mut outcomes = BTreeMap::<_, u64>::new();
                for _ in 0..self.operations / THREADS {
                    let operation = Operation::draw(&mut random);
                    log.begin(operation);
                    let outcome = world.make(operation, &mut random);
                    log.end(&outcome);
                    *outcomes.entry((operation.name(), outcome)).or_default() += 1;
                }
                log.finish();
                outcomes
            })
        });
        let threads: Vec<_> = threads.collect();
        let mut report = Report::default();
        let mut is_failed = false;
        for thread in threads {
            match thread.join() {
                Ok(outcomes) => {
                    for (key, count) in outcomes {
                        *report.outcomes.entry(key).or_default() += count;
                    }
                }
                Err(_) => is_failed = true,
            }
        }
        is_over.store(true, SeqCst);
        is_failed |= feeding.join().is_err();
        assert!(!is_failed, "an operation failed in {self:?}");
        world.end();
        report.networks = world.networks();
        report
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} networks", self.networks)?;
        for ((operation, outcome), count) in &self.outcomes {
            writeln!(f, "{count:>8} {operation}: {outcome}")?;
        }
        Ok(())
    }
}

/// A generator of random numbers: SplitMix64 (Steele, Lea, Flood 2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
