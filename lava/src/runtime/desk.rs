//! What one worker has to itself: what it has to do, and what it is at.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crossbeam_utils::CachePadded;

use super::clock::Clock;
use super::floor::Recorder;
use super::meter::Meter;
use super::sync::Mutex;
use crate::compiler::Turn;

/// What one worker has to itself.
pub(crate) struct Desk {
    pub(crate) clock: Arc<Clock>,
    /// Held by the worker during a run.
    pub(crate) duty: Mutex<Duty>,
    /// Which part has its turn, and whether it waits for others. Written in every turn, so no two desks
    /// may share a cache line.
    pub(super) current: CachePadded<AtomicUsize>,
}

/// What a worker has to do.
#[derive(Default)]
pub(crate) struct Duty {
    pub(crate) turns: Vec<Turn>,
    /// The same parts in the order in which their processes were added.
    pub(super) declared: Vec<usize>,
    /// Clocks of the parts that may go to another worker: here they go as the worker's does.
    pub(super) clocks: Vec<Arc<Clock>>,
    /// What records at the end of each step, each with the part that it records.
    pub(crate) recorders: Vec<(usize, Box<dyn Recorder>)>,
    /// What its models have done, if that is measured.
    pub(crate) meter: Option<Meter>,
}

impl Duty {
    /// To take these turns, and have those of the clocks, by part, go that are not the worker's own.
    pub(crate) fn new(turns: Vec<Turn>, clocks: &[Arc<Clock>], own: &Arc<Clock>) -> Duty {
        let mut declared: Vec<usize> = turns.iter().map(|turn| turn.part).collect();
        declared.sort_unstable();
        let mut others: Vec<Arc<Clock>> = Vec::new();
        for clock in declared.iter().map(|part| &clocks[*part]) {
            let is_new = |other: &Arc<Clock>| !Arc::ptr_eq(clock, other);
            if is_new(own) && others.iter().all(is_new) {
                others.push(Arc::clone(clock));
            }
        }
        Duty {
            turns,
            declared,
            clocks: others,
            ..Duty::default()
        }
    }
}

/// In [`Desk::current`]: the part waits for messages of other workers.
pub(super) const WAITS: usize = 1 << (usize::BITS - 1);
/// In [`Desk::current`]: the worker has met the others, or waits to.
pub(super) const MEETS: usize = usize::MAX;
/// In [`Desk::current`]: the worker exchanges messages with models that run by themselves.
pub(super) const CROSSES: usize = usize::MAX - 1;

/// What a worker is at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Activity {
    /// It runs the model of a process.
    Runs {
        /// The process.
        process: Arc<str>,
        /// The type of its model.
        model: &'static str,
    },
    /// It waits for the messages that a process needs.
    Waits {
        /// The process.
        process: Arc<str>,
    },
    /// It has ended a phase, and waits for the other workers.
    Meets,
    /// It waits for a model that runs by itself, or for the outside, to send or to receive.
    Crosses,
    /// A model that runs by itself waits for room to send.
    Sends {
        /// The process.
        process: Arc<str>,
    },
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activity::Runs { process, model } => {
                write!(f, "process `{process}` (model `{model}`) has been running")
            }
            Activity::Waits { process } => {
                write!(f, "process `{process}` has been waiting for messages")
            }
            Activity::Meets => f.write_str("it has been waiting for the other workers"),
            Activity::Crosses => {
                f.write_str("it has been waiting for a process that runs by itself, or for what comes from outside")
            }
            Activity::Sends { process } => {
                write!(
                    f,
                    "process `{process}` has been waiting for others to receive"
                )
            }
        }
    }
}

impl Desk {
    pub(crate) fn new(clock: Arc<Clock>, duty: Duty) -> Desk {
        Desk {
            clock,
            duty: Mutex::new(duty),
            current: CachePadded::default(),
        }
    }

    /// The part that has its turn.
    pub(super) fn part(&self) -> usize {
        self.current.load(Relaxed) & !WAITS
    }
}
