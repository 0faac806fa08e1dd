//! What the two ends of a channel share.

use std::collections::VecDeque;
use std::time::Duration;

use lava_core::data::{Dims, Payload};
use lava_core::sync::{Condvar, Deadline, Mutex, MutexGuard, lock, wait, wait_until};

/// A bounded queue of messages.
pub(super) struct Shared<M: Payload> {
    state: Mutex<State<M::Item>>,
    /// Rings when something has changed for whoever receives.
    arrived: Condvar,
    /// Rings when something has changed for whoever sends.
    taken: Condvar,
    pub(super) dims: Dims,
    capacity: usize,
}

struct State<I> {
    messages: VecDeque<Vec<I>>,
    /// Buffers to be used again.
    spare: Vec<Vec<I>>,
    lost: u64,
    sending: Endpoint,
    receiving: Endpoint,
}

/// Who is at an end.
#[derive(Default)]
struct Endpoint {
    handles: usize,
    /// A model was there and is gone with its network.
    detached: bool,
}

impl Endpoint {
    fn is_closed(&self) -> bool {
        self.handles == 0 || self.detached
    }
}

/// One of the two ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Send,
    Receive,
}

/// How long to wait.
#[derive(Clone, Copy)]
pub(super) enum Timeout {
    Now,
    At(Deadline),
    Never,
}

impl Timeout {
    /// For so long; forever, if that is too long to be counted.
    pub(super) fn of(time: Duration) -> Timeout {
        Deadline::after(time).map_or(Timeout::Never, Timeout::At)
    }
}

/// What became of a message.
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

    /// Adds `write`'s message, once there is room.
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

    /// Adds a message if there is room, or if `force`; otherwise counts it as lost.
    pub(super) fn push_or_count(
        &self,
        force: bool,
        write: impl FnOnce(&mut [M::Item]) -> usize,
    ) -> bool {
        let state = &mut *lock(&self.state);
        let kept = force || state.messages.len() < self.capacity;
        match kept {
            true => self.push(state, write),
            false => state.lost += 1,
        }
        kept
    }

    fn push(&self, state: &mut State<M::Item>, write: impl FnOnce(&mut [M::Item]) -> usize) {
        let mut buffer = state.spare.pop().unwrap_or_default();
        buffer.resize(self.dims.len(), M::Item::default());
        let items = write(&mut buffer);
        buffer.truncate(items);
        state.messages.push_back(buffer);
        self.arrived.notify_all();
    }

    /// Has `read` read the next message, once there is one. `None` if there is none in time, or never
    /// will be.
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

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        lock(&self.state).messages.len()
    }

    /// How many messages found no room.
    pub(super) fn lost(&self) -> u64 {
        lock(&self.state).lost
    }

    /// One more, or one less, at an end.
    pub(super) fn attach(&self, end: Side) {
        lock(&self.state).side(end).handles += 1;
    }

    pub(super) fn detach(&self, end: Side) {
        lock(&self.state).side(end).handles -= 1;
        self.wake();
    }

    /// Whether the model at an end is detached.
    pub(super) fn set_detached(&self, end: Side, detached: bool) {
        lock(&self.state).side(end).detached = detached;
        self.wake();
    }

    /// Waits until a model at an end can send, or receive, or will gain nothing by waiting. False if
    /// `ended` says so before; who changes what it says must [`ring`](Shared::ring).
    pub(super) fn wait_ready(&self, end: Side, ended: &dyn Fn() -> bool) -> bool {
        let mut state = lock(&self.state);
        loop {
            let (is_open, bell) = match end {
                Side::Send => (self.has_room(&state), &self.taken),
                Side::Receive => (state.has_message(), &self.arrived),
            };
            if is_open || ended() {
                return is_open;
            }
            state = wait(bell, state);
        }
    }

    fn has_room(&self, state: &State<M::Item>) -> bool {
        state.messages.len() < self.capacity || state.receiving.is_closed()
    }

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

    /// Has everybody look again.
    pub(super) fn wake(&self) {
        // Whoever looks and then waits does both under the lock: it cannot miss this.
        let _state = lock(&self.state);
        self.arrived.notify_all();
        self.taken.notify_all();
    }
}

impl<I> State<I> {
    /// Whether there is a message, or never will be.
    fn has_message(&self) -> bool {
        !self.messages.is_empty() || self.sending.is_closed()
    }

    fn side(&mut self, end: Side) -> &mut Endpoint {
        match end {
            Side::Send => &mut self.sending,
            Side::Receive => &mut self.receiving,
        }
    }
}

/// Waits for a bell; `None` where there is no timeout left.
fn wait_until_change<'a, T>(
    bell: &Condvar,
    guard: MutexGuard<'a, T>,
    timeout: Timeout,
) -> Option<MutexGuard<'a, T>> {
    match timeout {
        Timeout::Now => None,
        Timeout::Never => Some(wait(bell, guard)),
        Timeout::At(deadline) => {
            let (guard, late) = wait_until(bell, guard, deadline);
            (!late).then_some(guard)
        }
    }
}
