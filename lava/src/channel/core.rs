//! What the two ends of a channel share.

use std::collections::VecDeque;
use std::time::Duration;

use crate::process::{Dims, Payload};
use crate::runtime::sync::{Condvar, Deadline, Mutex, MutexGuard, lock, wait, wait_until};

/// A bounded queue of messages.
pub(super) struct Core<M: Payload> {
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
    sending: Side,
    receiving: Side,
}

/// Who is at an end.
#[derive(Default)]
struct Side {
    ends: usize,
    /// A model was there and is gone with its network.
    gone: bool,
}

impl Side {
    fn is_closed(&self) -> bool {
        self.ends == 0 || self.gone
    }
}

/// One of the two ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Sending,
    Receiving,
}

/// How long to wait.
#[derive(Clone, Copy)]
pub(super) enum Patience {
    None,
    Until(Deadline),
    Endless,
}

impl Patience {
    /// For so long; forever, if that is too long to be counted.
    pub(super) fn of(time: Duration) -> Patience {
        Deadline::after(time).map_or(Patience::Endless, Patience::Until)
    }
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Kept,
    Full,
    Closed,
}

impl<M: Payload> Core<M> {
    pub(super) fn new(dims: Dims, capacity: usize) -> Core<M> {
        Core {
            state: Mutex::new(State {
                messages: VecDeque::new(),
                spare: Vec::new(),
                lost: 0,
                sending: Side::default(),
                receiving: Side::default(),
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
        patience: Patience,
        write: impl FnOnce(&mut [M::Item]) -> usize,
    ) -> Sent {
        let (mut state, sent) = self.await_room(lock(&self.state), patience);
        if sent == Sent::Kept {
            self.push(&mut state, write);
        }
        sent
    }

    /// Adds a message if there is room, or if `anyway`; otherwise counts it as lost.
    pub(super) fn offer(&self, anyway: bool, write: impl FnOnce(&mut [M::Item]) -> usize) -> bool {
        let state = &mut *lock(&self.state);
        let kept = anyway || state.messages.len() < self.capacity;
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
        patience: Patience,
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
            state = rest(&self.arrived, state, patience)?;
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
    pub(super) fn joins(&self, end: End) {
        lock(&self.state).side(end).ends += 1;
    }

    pub(super) fn leaves(&self, end: End) {
        lock(&self.state).side(end).ends -= 1;
        self.ring();
    }

    /// Whether the model at an end is gone.
    pub(super) fn set_gone(&self, end: End, gone: bool) {
        lock(&self.state).side(end).gone = gone;
        self.ring();
    }

    /// Waits until a model at an end can send, or receive, or will gain nothing by waiting. False if
    /// `ended` says so before; who changes what it says must [`ring`](Core::ring).
    pub(super) fn pass(&self, end: End, ended: &dyn Fn() -> bool) -> bool {
        let mut state = lock(&self.state);
        loop {
            let (is_open, bell) = match end {
                End::Sending => (self.has_room(&state), &self.taken),
                End::Receiving => (state.has_message(), &self.arrived),
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

    fn await_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<M::Item>>,
        patience: Patience,
    ) -> (MutexGuard<'a, State<M::Item>>, Sent) {
        loop {
            if state.receiving.is_closed() {
                return (state, Sent::Closed);
            }
            if state.messages.len() < self.capacity {
                return (state, Sent::Kept);
            }
            state = match rest(&self.taken, state, patience) {
                Some(state) => state,
                None => return (lock(&self.state), Sent::Full),
            };
        }
    }

    /// Has everybody look again.
    pub(super) fn ring(&self) {
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

    fn side(&mut self, end: End) -> &mut Side {
        match end {
            End::Sending => &mut self.sending,
            End::Receiving => &mut self.receiving,
        }
    }
}

/// Waits for a bell; `None` where there is no patience left.
fn rest<'a, T>(
    bell: &Condvar,
    guard: MutexGuard<'a, T>,
    patience: Patience,
) -> Option<MutexGuard<'a, T>> {
    match patience {
        Patience::None => None,
        Patience::Endless => Some(wait(bell, guard)),
        Patience::Until(deadline) => {
            let (guard, late) = wait_until(bell, guard, deadline);
            (!late).then_some(guard)
        }
    }
}
