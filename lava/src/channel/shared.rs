//! The queue that the ends of a channel share.

use std::collections::VecDeque;
use std::time::Duration;

use lava_core::data::{Dims, Payload};
use lava_core::sync::{Condvar, Deadline, Mutex, MutexGuard, lock, wait, wait_until};

/// A bounded queue of messages.
pub(super) struct Shared<M: Payload> {
    state: Mutex<State<M::Item>>,
    /// Notified on a change for receivers.
    arrived: Condvar,
    /// Notified on a change for senders.
    taken: Condvar,
    pub(super) dims: Dims,
    capacity: usize,
}

struct State<I> {
    messages: VecDeque<Vec<I>>,
    /// Buffers for reuse.
    spare: Vec<Vec<I>>,
    lost: u64,
    sending: Endpoint,
    receiving: Endpoint,
}

/// The users of a side.
#[derive(Default)]
struct Endpoint {
    handles: usize,
    /// A model used the side and is gone with its network.
    detached: bool,
}

impl Endpoint {
    fn is_closed(&self) -> bool {
        self.handles == 0 || self.detached
    }
}

/// A side of a channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Send,
    Receive,
}

/// The limit of a wait.
#[derive(Clone, Copy)]
pub(super) enum Timeout {
    Now,
    At(Deadline),
    Never,
}

impl Timeout {
    /// A timeout after `time`; [`Never`](Timeout::Never) if that overflows the clock.
    pub(super) fn of(time: Duration) -> Timeout {
        Deadline::after(time).map_or(Timeout::Never, Timeout::At)
    }
}

/// The fate of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SendOutcome {
    Sent,
    Full,
    Closed,
}

impl<M: Payload> Shared<M> {
    pub(super) fn new(dims: Dims, capacity: usize) -> Shared<M> {
        Shared {
            state: Mutex::new(State {
                messages: VecDeque::new(),
                spare: Vec::new(),
                lost: 0,
                sending: Endpoint::default(),
                receiving: Endpoint::default(),
            }),
            arrived: Condvar::new(),
            taken: Condvar::new(),
            dims,
            capacity: capacity.max(1),
        }
    }

    /// Adds the message that `write` writes, once there is space.
    pub(super) fn send(
        &self,
        timeout: Timeout,
        write: impl FnOnce(&mut [M::Item]) -> usize,
    ) -> SendOutcome {
        let (mut state, sent) = self.wait_for_space(lock(&self.state), timeout);
        if sent == SendOutcome::Sent {
            self.push(&mut state, write);
        }
        sent
    }

    /// Adds a message if there is space, or if `force`; otherwise counts it as lost. Returns `true` if
    /// it was added.
    pub(super) fn push_or_count(
        &self,
        force: bool,
        write: impl FnOnce(&mut [M::Item]) -> usize,
    ) -> bool {
        let state = &mut *lock(&self.state);
        let has_space = force || state.messages.len() < self.capacity;
        if has_space {
            self.push(state, write);
        } else {
            state.lost += 1;
        }
        has_space
    }

    fn push(&self, state: &mut State<M::Item>, write: impl FnOnce(&mut [M::Item]) -> usize) {
        let mut buffer = state.spare.pop().unwrap_or_default();
        buffer.resize(self.dims.len(), M::Item::default());
        let items = write(&mut buffer);
        buffer.truncate(items);
        state.messages.push_back(buffer);
        self.arrived.notify_all();
    }

    /// Takes the next message, once there is one, and returns what `read` makes of it. Returns `None`
    /// if there is none in time, or there will be none.
    pub(super) fn receive<R>(
        &self,
        timeout: Timeout,
        read: impl FnOnce(&[M::Item]) -> R,
    ) -> Option<R> {
        let mut state = lock(&self.state);
        loop {
            if let Some(message) = state.messages.pop_front() {
                let result = read(&message);
                state.spare.push(message);
                self.taken.notify_all();
                return Some(result);
            }
            if state.sending.is_closed() {
                return None;
            }
            state = wait_until_change(&self.arrived, state, timeout)?;
        }
    }

    /// The number of messages.
    pub(super) fn len(&self) -> usize {
        lock(&self.state).messages.len()
    }

    /// The number of messages that found no space.
    pub(super) fn lost(&self) -> u64 {
        lock(&self.state).lost
    }

    /// Counts one more handle on a side.
    pub(super) fn attach(&self, side: Side) {
        lock(&self.state).side(side).handles += 1;
    }

    /// Counts one handle less on a side.
    pub(super) fn detach(&self, side: Side) {
        lock(&self.state).side(side).handles -= 1;
        self.notify();
    }

    /// Sets whether the model on a side is detached.
    pub(super) fn set_detached(&self, side: Side, detached: bool) {
        lock(&self.state).side(side).detached = detached;
        self.notify();
    }

    /// Blocks until `side` is ready or the other side is closed. Returns `false` if `ended()` became
    /// true first; a change of its result must be followed by [`notify`](Shared::notify).
    pub(super) fn wait_ready(&self, side: Side, ended: &dyn Fn() -> bool) -> bool {
        let mut state = lock(&self.state);
        loop {
            let (is_ready, changed) = match side {
                Side::Send => (self.has_space(&state), &self.taken),
                Side::Receive => (state.has_message(), &self.arrived),
            };
            if is_ready || ended() {
                return is_ready;
            }
            state = wait(changed, state);
        }
    }

    /// Returns `true` if there is space for a message, or there is no receiver.
    fn has_space(&self, state: &State<M::Item>) -> bool {
        state.messages.len() < self.capacity || state.receiving.is_closed()
    }

    /// Waits until a message can be sent.
    fn wait_for_space<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<M::Item>>,
        timeout: Timeout,
    ) -> (MutexGuard<'a, State<M::Item>>, SendOutcome) {
        loop {
            if state.receiving.is_closed() {
                return (state, SendOutcome::Closed);
            }
            if state.messages.len() < self.capacity {
                return (state, SendOutcome::Sent);
            }
            state = match wait_until_change(&self.taken, state, timeout) {
                Some(state) => state,
                None => return (lock(&self.state), SendOutcome::Full),
            };
        }
    }

    /// Wakes all waiters to check their conditions.
    pub(super) fn notify(&self) {
        // A waiter checks and waits under the lock: it cannot miss this.
        let _state = lock(&self.state);
        self.arrived.notify_all();
        self.taken.notify_all();
    }
}

impl<I> State<I> {
    /// Returns `true` if there is a message, or there will be none.
    fn has_message(&self) -> bool {
        !self.messages.is_empty() || self.sending.is_closed()
    }

    fn side(&mut self, side: Side) -> &mut Endpoint {
        match side {
            Side::Send => &mut self.sending,
            Side::Receive => &mut self.receiving,
        }
    }
}

/// Waits for a notification. Returns `None` if the time is over.
fn wait_until_change<'a, T>(
    changed: &Condvar,
    guard: MutexGuard<'a, T>,
    timeout: Timeout,
) -> Option<MutexGuard<'a, T>> {
    match timeout {
        Timeout::Now => None,
        Timeout::Never => Some(wait(changed, guard)),
        Timeout::At(deadline) => {
            let (guard, late) = wait_until(changed, guard, deadline);
            (!late).then_some(guard)
        }
    }
}
