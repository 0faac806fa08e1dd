//! What threads wait for each other with, of `shuttle`.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::mpsc::RecvError;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use shuttle::rand::{RngCore, thread_rng};
use shuttle::sync;
use shuttle::thread::{Builder, yield_now};

pub(crate) use shuttle::sync::Condvar;
pub(crate) use shuttle::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

pub(crate) type JoinHandle<T> = shuttle::thread::JoinHandle<T>;

thread_local! {
    /// How many threads of the present schedule have begun and not ended; a schedule is run by one
    /// thread of the system.
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

/// How many threads have begun and not ended.
pub(crate) fn alive() -> usize {
    ALIVE.get()
}

/// No threads.
pub(crate) fn forget_threads() {
    ALIVE.set(0);
}

pub(crate) fn spawn(
    name: String,
    act: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    ALIVE.set(ALIVE.get() + 1);
    Builder::new().name(name).spawn(|| {
        act();
        ALIVE.set(ALIVE.get() - 1);
    })
}

/// A mutex whose guard knows it.
#[derive(Default)]
pub(crate) struct Mutex<T>(sync::Mutex<T>);

pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    guard: sync::MutexGuard<'a, T>,
}

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Mutex<T> {
        Mutex(sync::Mutex::new(value))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    let guard = mutex.0.lock().unwrap_or_else(PoisonError::into_inner);
    MutexGuard { mutex, guard }
}

pub(crate) fn wait<'a, T>(bell: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    let MutexGuard { mutex, guard } = guard;
    let guard = bell.wait(guard).unwrap_or_else(PoisonError::into_inner);
    MutexGuard { mutex, guard }
}

/// Any point in time: it comes when chance will have it.
#[derive(Clone, Copy)]
pub(crate) struct Deadline;

impl Deadline {
    pub(crate) fn after(_: Duration) -> Option<Deadline> {
        Some(Deadline)
    }
}

/// Others may get on meanwhile. Whoever waits wakes up in any case, too late or not; a bell that
/// rings wakes nobody earlier.
pub(crate) fn wait_until<'a, T>(
    _: &Condvar,
    guard: MutexGuard<'a, T>,
    Deadline: Deadline,
) -> (MutexGuard<'a, T>, bool) {
    let mutex = guard.mutex;
    drop(guard);
    yield_now();
    (lock(mutex), thread_rng().next_u32().is_multiple_of(2))
}

/// Others get on meanwhile.
pub(crate) fn spin_until(over: impl Fn() -> bool) -> bool {
    over() || {
        yield_now();
        over()
    }
}

/// A channel without bounds.
pub(crate) fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    let line = Arc::new(Line {
        state: Mutex::new((VecDeque::new(), false)),
        bell: Condvar::new(),
    });
    (Sender(Arc::clone(&line)), Receiver(line))
}

/// What is on its way, and whether nothing more comes.
struct Line<T> {
    state: Mutex<(VecDeque<T>, bool)>,
    bell: Condvar,
}

pub(crate) struct Sender<T>(Arc<Line<T>>);

pub(crate) struct Receiver<T>(Arc<Line<T>>);

impl<T> Sender<T> {
    pub(crate) fn send(&self, value: T) -> Result<(), RecvError> {
        lock(&self.0.state).0.push_back(value);
        self.0.bell.notify_one();
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        lock(&self.0.state).1 = true;
        self.0.bell.notify_one();
    }
}

impl<T> Receiver<T> {
    pub(crate) fn recv(&self) -> Result<T, RecvError> {
        let mut state = lock(&self.0.state);
        loop {
            match state.0.pop_front() {
                Some(value) => return Ok(value),
                None if state.1 => return Err(RecvError),
                None => state = wait(&self.0.bell, state),
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0.state).0.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Box<dyn Iterator<Item = T> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(std::iter::from_fn(|| self.recv().ok()))
    }
}
