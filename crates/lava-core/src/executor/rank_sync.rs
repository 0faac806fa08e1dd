//! The requests of a rank and of the others, and the steps in which they are exchanged.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

use super::requests::Requests;
use crate::data::PersistError;
use crate::transport::RankGroup;

/// The steps between two exchanges of ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intervals {
    /// Those of all ranks; `None` if messages cross within a step.
    pub all: Option<u64>,
    /// Those of the ranks of a node, if these exchange more often than all: 0 if messages cross within a step.
    pub node: Option<u64>,
}

/// The state through which a rank synchronises with the others in a run.
///
/// Messages that cross within a step are exchanged there, and the requests of ranks at the end of each of its
/// phases. Where all that crosses is needed some steps later, ranks exchange what `interval` steps have sent,
/// and make as many steps until it has arrived. Requests are noted then, and travel with the
/// messages of the next exchange: all ranks know of them in the step in which it is complete, and end the run
/// after that, when they have exchanged what was left.
///
/// Ranks of a node that exchange more often do so on a connection of their own. The interval of all is a
/// multiple of theirs, requests travel with the exchanges of all, and the messages of a rank of the same node
/// with those of the node. Every rank makes both in the order of their steps, in one step that of the node first, also
/// when it has failed: so each that waits for another waits for one that comes to the same exchange.
///
/// Only worker 0 takes part; the others learn by [`Requests::AGREED`] that the requests are those of all.
pub struct RankSync {
    group: Arc<RankGroup>,
    /// The exchanges of all ranks; `None` if messages cross within a step.
    all: Option<Period>,
    /// Those of the ranks of a node, if these exchange more often.
    node: Option<Period>,
    /// The first rank waits for independent tasks before a step.
    has_gate: bool,
    /// The present run exchanges in each step.
    is_stepwise: AtomicBool,
    /// The tick before the first step of the present run.
    before: AtomicU64,
    /// The steps of the run, unless it ends early.
    steps: AtomicU64,
    /// The requests of this rank for the next exchange.
    noted: AtomicU8,
    /// Those of all ranks that end the run.
    agreed: AtomicU8,
}

/// The ranks that make an exchange.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Partners {
    All,
    /// Those of one node.
    Node,
}

/// Exchanges at regular intervals of a run, and after its last step.
struct Period {
    interval: u64,
    /// An exchange is complete in its step.
    is_at_once: bool,
    /// The step of the run, from 1, that has the next exchange.
    next: AtomicU64,
}

impl Period {
    fn new(interval: u64) -> Period {
        Period {
            interval: interval.max(1),
            is_at_once: interval == 0,
            next: AtomicU64::new(0),
        }
    }

    /// Begins a run of `steps` steps.
    fn begin_run(&self, steps: u64) {
        self.next.store(self.interval.min(steps), Relaxed);
    }

    /// Goes on to the next exchange of a run of `steps` steps.
    fn advance(&self, steps: u64) {
        let next = self.next();
        let later = next.saturating_add(self.interval).min(steps);
        let next = if next < steps { later } else { u64::MAX };
        self.next.store(next, Relaxed);
    }

    fn next(&self) -> u64 {
        self.next.load(Relaxed)
    }
}

impl RankSync {
    /// The synchronisation of `group`. Ranks exchange requests before each step, too, if the first `has_gate`:
    /// independent tasks are connected to its own.
    pub fn new(group: Arc<RankGroup>, intervals: Intervals, has_gate: bool) -> RankSync {
        RankSync {
            group,
            all: intervals.all.map(Period::new),
            node: intervals.node.map(Period::new),
            has_gate,
            is_stepwise: AtomicBool::new(true),
            before: AtomicU64::new(0),
            steps: AtomicU64::new(0),
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
            .store(has_callback || self.all.is_none(), Relaxed);
        self.before.store(tick, Relaxed);
        self.steps.store(steps, Relaxed);
        let periods = self.all.iter().chain(&self.node);
        periods.for_each(|period| period.begin_run(steps));
        self.noted.store(0, Relaxed);
        self.agreed.store(0, Relaxed);
        self.group.set_running(true);
    }

    /// Ends a run. Returns the requests that were noted and not exchanged.
    pub(super) fn end_run(&self) -> Requests {
        self.group.set_running(false);
        self.take_noted()
    }

    /// Returns `true` if ranks exchange in each step of the present run, and their requests after each phase.
    #[inline(always)]
    pub(super) fn is_stepwise(&self) -> bool {
        self.is_stepwise.load(Relaxed)
    }

    /// Returns `true` if the ranks of a node exchange more often than all in the present run.
    #[inline(always)]
    pub(super) fn has_node(&self) -> bool {
        self.node.is_some() && !self.is_stepwise()
    }

    /// The ranks that make an exchange; all without exchanges of a node.
    #[inline(always)]
    pub(super) fn partners(&self, partners: Partners) -> &RankGroup {
        match partners {
            Partners::All => &self.group,
            Partners::Node => self.group.of_node().unwrap_or(&self.group),
        }
    }

    #[inline(always)]
    fn period(&self, partners: Partners) -> Option<&Period> {
        match partners {
            Partners::All => self.all.as_ref(),
            Partners::Node => self.node.as_ref(),
        }
    }

    /// The tick before the first step of the present run.
    pub(super) fn before_run(&self) -> u64 {
        self.before.load(Relaxed)
    }

    /// Returns `true` if an exchange is due after `tick`.
    #[inline(always)]
    pub(super) fn is_due(&self, partners: Partners, tick: u64) -> bool {
        // Ticks of ranks differ after a failure.
        let step = tick - self.before_run();
        let period = self.period(partners);
        period.is_some_and(|period| period.next() == step)
    }

    /// Returns `true` if an exchange is complete in its step.
    pub(super) fn is_at_once(&self, partners: Partners) -> bool {
        self.period(partners)
            .is_some_and(|period| period.is_at_once)
    }

    /// Returns `true` in the last step of a run.
    pub(super) fn is_last(&self, tick: u64) -> bool {
        tick - self.before_run() == self.steps.load(Relaxed)
    }

    /// Notes that the exchange which was due is made.
    pub(super) fn advance(&self, partners: Partners) {
        if let Some(period) = self.period(partners) {
            period.advance(self.steps.load(Relaxed));
        }
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
        self.end_exchanges();
    }

    fn end_exchanges(&self) {
        self.group.end_run();
        if self.has_node() {
            self.partners(Partners::Node).end_run();
        }
    }

    /// The requests of all ranks that end the run.
    pub(super) fn agreed(&self) -> Requests {
        Requests::from_bits(self.agreed.load(Relaxed))
    }

    /// Tells the other ranks, in place of the next exchange, that a task has failed; an exchange that was begun
    /// is completed before. Those of a node and of all take their turns as in steps.
    #[cold]
    pub(super) fn abort(&self) {
        while !self.group.is_run_over() {
            self.abort_in(match self.is_node_first() {
                true => Partners::Node,
                false => Partners::All,
            });
        }
        if !self.has_node() {
            return;
        }
        if self.group.is_over() {
            // The error may be that of this rank alone.
            self.abort_in(Partners::Node);
        }
        // What was begun before the exchange of all that has ended the run.
        let node = self.partners(Partners::Node);
        let _ = node.complete(Requests::ABORT.bits(), drop_messages);
        self.end_exchanges();
        if let Some(error) = node.error() {
            self.group.fail(error);
        }
    }

    /// Returns `true` if an exchange of the node comes before the next of all.
    fn is_node_first(&self) -> bool {
        let [all, node] = [Partners::All, Partners::Node].map(|partners| self.period(partners));
        let is_first = all
            .zip(node)
            .is_some_and(|(all, node)| node.next() <= all.next());
        self.has_node() && is_first && !self.partners(Partners::Node).is_run_over()
    }

    /// Takes part in the next exchange with the news of a failure.
    fn abort_in(&self, partners: Partners) {
        let (group, abort) = (self.partners(partners), Requests::ABORT.bits());
        // An error ends all exchanges, as this does.
        let begun = group.complete(abort, drop_messages);
        let told = begun.and_then(|_| group.post(abort, abort, |_, _| {}));
        if told.is_ok() && self.is_at_once(partners) {
            let _ = group.complete(abort, drop_messages);
        }
        self.advance(partners);
    }
}

/// Takes no message of those that have arrived.
fn drop_messages(_: usize, bytes: &mut &[u8]) -> Result<(), PersistError> {
    *bytes = &[];
    Ok(())
}

impl fmt::Debug for RankSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RankSync of {:?}", self.group)
    }
}
