//! Coordination of independent tasks: who waits for what, and when a run is over.
//!
//! Participants are the independent tasks and, as one, the lockstep group. A participant runs, waits
//! for a message or for space for one, or has finished its run. If no participant runs and no wait
//! can be satisfied, the network is *quiescent*. Then
//!
//! 1. senders that wait for space proceed: a queue that is too short must not stop a network; else
//! 2. the lockstep group proceeds without the message that it waits for; else
//! 3. the run is over.
//!
//! All state is under one lock, so quiescence is detected by inspection.

use std::sync::Arc;
use std::time::Duration;

use crate::index_type;
use crate::sync::{Condvar, Deadline, Mutex, MutexGuard, lock, wait, wait_until};

index_type! {
    /// A participant: an independent task, or the lockstep group.
    pub ParticipantId
}

index_type! {
    /// The queue of one connection between timing domains.
    pub QueueId
}

/// The queues that feed a port: a message of each makes one of the port.
pub type QueueSet = Arc<[QueueId]>;

/// The state that the participants of a network share.
#[derive(Debug)]
pub struct Coordinator {
    inner: Mutex<Inner>,
    /// By participant: notified when it should check its wait again.
    wakeups: Box<[Condvar]>,
    /// Notified when all have finished their run.
    all_finished: Condvar,
}

#[derive(Debug)]
struct Inner {
    /// The lockstep group is the last.
    participants: Vec<Participant>,
    queues: Vec<QueueState>,
    /// All participants are to finish.
    ending: bool,
    /// The run is over.
    run_over: bool,
}

#[derive(Debug)]
struct Participant {
    status: ParticipantStatus,
    /// Its wait ends, satisfied or not.
    may_proceed: bool,
    /// It knows that the run is to end.
    saw_end: bool,
    /// The number of changes of its status, for the watchdog.
    transitions: u64,
}

#[derive(Debug)]
enum ParticipantStatus {
    Finished,
    Running,
    Waiting {
        condition: WaitFor,
        /// The wait has a timeout.
        timed: bool,
    },
}

/// The condition that a participant waits for.
#[derive(Debug)]
enum WaitFor {
    /// A message for one of these ports.
    Message(Box<[QueueSet]>),
    /// Space in a queue.
    Space(QueueId),
}

/// A queue, as far as its messages are counted.
#[derive(Debug)]
struct QueueState {
    from: ParticipantId,
    to: ParticipantId,
    len: usize,
    capacity: usize,
}

/// The ends of a queue, and the number of messages that it holds.
#[derive(Clone, Copy, Debug)]
pub struct QueueSpec {
    /// The sender.
    pub from: ParticipantId,
    /// The receiver.
    pub to: ParticipantId,
    /// The number of messages before the sender waits.
    pub capacity: usize,
}

/// The outcome of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitOutcome {
    /// The condition holds.
    Ready,
    /// The condition does not hold and the network is quiescent: proceed without it.
    Proceed,
    /// The run is over, or the lockstep group is asked to end it.
    RunOver,
    /// The timeout came first.
    TimedOut,
}

/// The current activity of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParticipantActivity {
    /// It has finished its run.
    Finished,
    /// It runs.
    Running,
    /// It waits for a message.
    Receiving,
    /// It waits for space in a queue.
    Sending,
}

impl Coordinator {
    /// A coordinator of `tasks` independent tasks, which get the ids below `tasks`; the lockstep
    /// group gets the id `tasks`. Queues get ids in the order of `queues`.
    pub fn new(tasks: usize, queues: impl Iterator<Item = QueueSpec>) -> Coordinator {
        let participants: Vec<Participant> = (0..=tasks).map(|_| Participant::new()).collect();
        Coordinator {
            wakeups: participants.iter().map(|_| Condvar::new()).collect(),
            inner: Mutex::new(Inner {
                participants,
                queues: queues.map(QueueState::new).collect(),
                ending: false,
                run_over: true,
            }),
            all_finished: Condvar::new(),
        }
    }

    /// The id of the lockstep group.
    pub fn lockstep_id(&self) -> ParticipantId {
        ParticipantId(self.wakeups.len() - 1)
    }

    /// Starts a run of all participants; without `lockstep` the lockstep group has no tasks.
    pub fn start_run(&self, lockstep: bool) {
        let inner = &mut *lock(&self.inner);
        (inner.ending, inner.run_over) = (false, false);
        for participant in &mut inner.participants {
            participant.status = ParticipantStatus::Running;
            (participant.may_proceed, participant.saw_end) = (false, false);
        }
        if let Some(group) = inner.participants.last_mut().filter(|_| !lockstep) {
            group.status = ParticipantStatus::Finished;
        }
    }

    /// Asks all participants to finish.
    pub fn request_end(&self) {
        lock(&self.inner).ending = true;
        self.notify_all();
    }

    /// Returns `true` if all participants are to finish; `id` knows it from then on.
    pub fn is_ending(&self, id: ParticipantId) -> bool {
        let inner = &mut *lock(&self.inner);
        inner.participant_mut(id).saw_end |= inner.ending;
        inner.ending
    }

    /// Marks the run of `id` as finished.
    pub fn finish(&self, id: ParticipantId) {
        let inner = &mut *lock(&self.inner);
        let is_lockstep = id == self.lockstep_id();
        inner.ending |= is_lockstep;
        let participant = inner.participant_mut(id);
        participant.saw_end |= is_lockstep;
        participant.status = ParticipantStatus::Finished;
        self.detect_quiescence(inner);
        if inner.participants.iter().all(Participant::is_finished) {
            self.all_finished.notify_all();
        }
        // Senders that wait for space in its queues wait no longer.
        self.notify_all();
    }

    /// Waits until every participant has finished.
    pub fn join(&self) {
        let mut inner = lock(&self.inner);
        while !inner.participants.iter().all(Participant::is_finished) {
            inner = wait(&self.all_finished, inner);
        }
    }

    /// Sets the count of a queue, between runs.
    pub fn set_len(&self, id: QueueId, len: usize) {
        lock(&self.inner).queue_mut(id).len = len;
    }

    /// Returns `true` if one of the ports has a message.
    pub fn has_message(&self, ports: &[QueueSet]) -> bool {
        lock(&self.inner).has_message(ports)
    }

    /// Waits until one of the ports has a message, for at most `timeout`.
    pub fn wait_for_message(
        &self,
        id: ParticipantId,
        ports: &[QueueSet],
        timeout: Option<Duration>,
    ) -> WaitOutcome {
        let inner = lock(&self.inner);
        if inner.has_message(ports) {
            return WaitOutcome::Ready;
        }
        self.wait(inner, id, WaitFor::Message(ports.into()), timeout)
            .1
    }

    /// Waits until `queue` has space. Returns `false` if its receiver has finished: the message is
    /// to be dropped.
    pub fn wait_for_space(&self, id: ParticipantId, queue: QueueId) -> bool {
        let inner = lock(&self.inner);
        let (inner, outcome) = if inner.has_space(queue) {
            (inner, WaitOutcome::Ready)
        } else {
            self.wait(inner, id, WaitFor::Space(queue), None)
        };
        let queue = inner.queue(queue);
        let receiver = inner.participant(queue.to);
        let is_ignored = receiver.is_finished() && !receiver.saw_end;
        outcome == WaitOutcome::Proceed || queue.len < queue.capacity || !is_ignored
    }

    /// Counts a message that was pushed to a queue.
    pub fn pushed(&self, id: QueueId) {
        let inner = &mut *lock(&self.inner);
        let queue = inner.queue_mut(id);
        queue.len += 1;
        let receiver = queue.to;
        self.wake(receiver);
    }

    /// Takes a message from the count of a queue. Returns `false` if there is none.
    pub fn pop(&self, id: QueueId) -> bool {
        let inner = &mut *lock(&self.inner);
        let queue = inner.queue_mut(id);
        let taken = queue.len > 0;
        queue.len -= usize::from(taken);
        let sender = queue.from;
        self.wake(sender);
        taken
    }

    /// The activity of each participant, with the number of changes of its status.
    pub fn activities(&self) -> Vec<(u64, ParticipantActivity)> {
        let inner = lock(&self.inner);
        let participants = inner.participants.iter();
        participants
            .map(|participant| (participant.transitions, participant.activity()))
            .collect()
    }

    fn wait<'a>(
        &'a self,
        mut inner: MutexGuard<'a, Inner>,
        id: ParticipantId,
        condition: WaitFor,
        timeout: Option<Duration>,
    ) -> (MutexGuard<'a, Inner>, WaitOutcome) {
        let deadline = timeout.and_then(Deadline::after);
        let for_space = matches!(condition, WaitFor::Space(_));
        let timed = deadline.is_some();
        inner
            .participant_mut(id)
            .enter(ParticipantStatus::Waiting { condition, timed });
        self.detect_quiescence(&mut inner);
        let mut timed_out = false;
        let outcome = loop {
            if inner.can_run(id) {
                break WaitOutcome::Ready;
            }
            let ended = id == self.lockstep_id() && inner.ending;
            if !for_space && (inner.run_over || ended) {
                break WaitOutcome::RunOver;
            }
            if inner.participant(id).may_proceed || ended {
                break WaitOutcome::Proceed;
            }
            if timed_out {
                break WaitOutcome::TimedOut;
            }
            let wakeup = &self.wakeups[id.index()];
            (inner, timed_out) = match deadline {
                None => (wait(wakeup, inner), false),
                Some(deadline) => wait_until(wakeup, inner, deadline),
            };
        };
        let participant = inner.participant_mut(id);
        participant.may_proceed = false;
        participant.saw_end |= outcome == WaitOutcome::RunOver;
        participant.enter(ParticipantStatus::Running);
        (inner, outcome)
    }

    /// Resolves a state in which no participant can run.
    fn detect_quiescence(&self, inner: &mut Inner) {
        if inner.run_over || !inner.is_quiescent() {
            return;
        }
        let senders = inner.senders();
        let lockstep = self.lockstep_id();
        if !senders.is_empty() {
            self.let_proceed(inner, &senders);
        } else if inner.participant(lockstep).activity() == ParticipantActivity::Receiving {
            // A participant whose wait times out may yet send something.
            if !inner.participants.iter().any(Participant::is_timed) {
                self.let_proceed(inner, &[lockstep]);
            }
        } else {
            inner.run_over = true;
            self.notify_all();
        }
    }

    fn let_proceed(&self, inner: &mut Inner, ids: &[ParticipantId]) {
        for &id in ids {
            inner.participant_mut(id).may_proceed = true;
            self.wake(id);
        }
    }

    fn wake(&self, id: ParticipantId) {
        self.wakeups[id.index()].notify_one();
    }

    fn notify_all(&self) {
        self.wakeups.iter().for_each(Condvar::notify_one);
    }
}

impl Inner {
    fn participant(&self, id: ParticipantId) -> &Participant {
        &self.participants[id.index()]
    }

    fn participant_mut(&mut self, id: ParticipantId) -> &mut Participant {
        &mut self.participants[id.index()]
    }

    fn queue(&self, id: QueueId) -> &QueueState {
        &self.queues[id.index()]
    }

    fn queue_mut(&mut self, id: QueueId) -> &mut QueueState {
        &mut self.queues[id.index()]
    }

    fn has_message(&self, ports: &[QueueSet]) -> bool {
        let is_filled = |id: &QueueId| self.queue(*id).len > 0;
        ports.iter().any(|queues| queues.iter().all(is_filled))
    }

    fn has_space(&self, id: QueueId) -> bool {
        let queue = self.queue(id);
        queue.len < queue.capacity || self.participant(queue.to).is_finished()
    }

    /// Returns `true` unless the participant waits for a condition that does not hold.
    fn can_run(&self, id: ParticipantId) -> bool {
        match &self.participant(id).status {
            ParticipantStatus::Finished | ParticipantStatus::Running => true,
            ParticipantStatus::Waiting { condition, .. } => match condition {
                WaitFor::Message(ports) => self.has_message(ports),
                WaitFor::Space(queue) => self.has_space(*queue),
            },
        }
    }

    /// Returns `true` if every participant has finished or waits for a condition that does not hold.
    fn is_quiescent(&self) -> bool {
        let mut ids = (0..self.participants.len()).map(ParticipantId);
        ids.all(|id| {
            let participant = self.participant(id);
            participant.is_finished() || !participant.may_proceed && !self.can_run(id)
        })
    }

    /// The participants that wait for space.
    fn senders(&self) -> Vec<ParticipantId> {
        let ids = (0..self.participants.len()).map(ParticipantId);
        ids.filter(|id| self.participant(*id).activity() == ParticipantActivity::Sending)
            .collect()
    }
}

impl Participant {
    fn new() -> Participant {
        Participant {
            status: ParticipantStatus::Finished,
            may_proceed: false,
            saw_end: false,
            transitions: 0,
        }
    }

    fn is_finished(&self) -> bool {
        matches!(self.status, ParticipantStatus::Finished)
    }

    fn is_timed(&self) -> bool {
        matches!(self.status, ParticipantStatus::Waiting { timed: true, .. })
    }

    fn enter(&mut self, status: ParticipantStatus) {
        self.status = status;
        self.transitions += 1;
    }

    fn activity(&self) -> ParticipantActivity {
        match &self.status {
            ParticipantStatus::Finished => ParticipantActivity::Finished,
            ParticipantStatus::Running => ParticipantActivity::Running,
            ParticipantStatus::Waiting { condition, .. } => match condition {
                WaitFor::Message(_) => ParticipantActivity::Receiving,
                WaitFor::Space(_) => ParticipantActivity::Sending,
            },
        }
    }
}

impl QueueState {
    fn new(spec: QueueSpec) -> QueueState {
        QueueState {
            from: spec.from,
            to: spec.to,
            len: 0,
            capacity: spec.capacity,
        }
    }
}
