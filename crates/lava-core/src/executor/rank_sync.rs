//! The requests of a rank and of the others, and the steps in which they are exchanged.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

use super::requests::Requests;
use crate::transport::RankGroup;

/// The state through which a rank synchronises with the others in a run.
///
/// Messages that cross within a step are exchanged there, and the requests of ranks at the end of each of its
/// phases. Where all that crosses is needed some steps later, ranks exchange what `interval` steps have sent,
/// and make as many steps until it has arrived. Requests are noted then, and travel with the
/// messages of the next exchange: all ranks know of them in the step in which it is complete, and end the run
/// after that, when they have exchanged what was left.
///
/// Only worker 0 takes part; the others learn by [`Requests::AGREED`] that the requests are those of all.
pub struct RankSync {
    group: Arc<RankGroup>,
    /// The steps between two exchanges; `None` if messages cross within a step.
    interval: Option<u64>,
    /// The first rank waits for independent tasks before a step.
    has_gate: bool,
    /// The present run exchanges in each step.
    is_stepwise: AtomicBool,
    /// The tick before the first step of the present run.
    before: AtomicU64,
    /// The tick of its last step, unless it ends early.
    last: AtomicU64,
    /// The requests of this rank for the next exchange.
    noted: AtomicU8,
    /// Those of all ranks that end the run.
    agreed: AtomicU8,
}

impl RankSync {
    /// The synchronisation of `group`, with the steps between two exchanges, `None` if messages cross within a
    /// step. Ranks exchange requests before each step, too, if the first `has_gate`: independent tasks are
    /// connected to its own.
    pub fn new(group: Arc<RankGroup>, interval: Option<u64>, has_gate: bool) -> RankSync {
        RankSync {
            group,
            interval,
            has_gate,
            is_stepwise: AtomicBool::new(true),
            before: AtomicU64::new(0),
            last: AtomicU64::new(0),
            noted: AtomicU8::new(0),
            agreed: AtomicU8::new(0),
        }
    }

    /// The ranks.
    pub fn group(&self) -> &RankGroup {
        &self.group
    }

    /// Returns `true` if ranks exchange requests before each step.
    pub(super) fn has_gate(&self) -> bool {
        self.has_gate
    }

    /// Begins a run of `steps` steps after `tick`. A callback is called when the requests of its step are known:
    /// ranks exchange in each step then.
    pub(super) fn begin_run(&self, tick: u64, steps: u64, has_callback: bool) {
        self.is_stepwise
            .store(has_callback || self.interval.is_none(), Relaxed);
        self.before.store(tick, Relaxed);
        self.last.store(tick.saturating_add(steps), Relaxed);
        self.noted.store(0, Relaxed);
        self.agreed.store(0, Relaxed);
        self.group.set_running(true);
    }

    /// Ends a run. Returns the requests that were noted and not exchanged.
    pub(super) fn end_run(&self) -> Requests {
        self.group.set_running(false);
        self.take_noted()
    }

    /// The steps between two exchanges of the present run; `None` if there are some in each step.
    #[inline(always)]
    pub(super) fn interval(&self) -> Option<u64> {
        self.interval.filter(|_| !self.is_stepwise.load(Relaxed))
    }

    /// The tick before the first step of the present run.
    pub(super) fn before_run(&self) -> u64 {
        self.before.load(Relaxed)
    }

    /// Returns `true` in the last step of a run.
    pub(super) fn is_last(&self, tick: u64) -> bool {
        tick == self.last.load(Relaxed)
    }

    /// Notes requests for the next exchange.
    #[inline(always)]
    pub(super) fn note(&self, requests: Requests) {
        if !requests.is_empty() {
            self.noted.fetch_or(requests.bits(), Relaxed);
        }
    }

    /// Takes the requests for the next exchange.
    pub(super) fn take_noted(&self) -> Requests {
        Requests::from_bits(self.noted.swap(0, Relaxed))
    }

    /// Notes the requests of all ranks that end the run; no exchange follows.
    pub(super) fn agree(&self, requests: Requests) {
        self.agreed.store(requests.bits(), Relaxed);
        self.group.end_run();
    }

    /// The requests of all ranks that end the run.
    pub(super) fn agreed(&self) -> Requests {
        Requests::from_bits(self.agreed.load(Relaxed))
    }

    /// Tells the other ranks, in place of the next exchange, that a task has failed; an exchange that was begun
    /// is completed before.
    #[cold]
    pub(super) fn abort(&self) {
        let abort = Requests::ABORT.bits();
        let drop_messages = |_, bytes: &mut &[u8]| {
            *bytes = &[];
            Ok(())
        };
        // An error ends all exchanges, as this does.
        let _ = self.group.complete(abort, drop_messages);
        let _ = self.group.step(abort, abort, |_, _| {}, drop_messages);
    }
}

impl fmt::Debug for RankSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RankSync of {:?}", self.group)
    }
}
