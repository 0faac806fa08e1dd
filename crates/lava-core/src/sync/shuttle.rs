//! The primitives of `shuttle`, which runs threads one at a time, in an order that is drawn for
//! every schedule.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::time::Duration;

use shuttle::rand::{RngCore, thread_rng};
use shuttle::sync;
use shuttle::thread::{Builder, current, yield_now};

pub use shuttle::sync::Condvar;
pub use shuttle::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
pub(crate) use shuttle::thread_local;

pub use super::channel::{UnboundedReceiver as Receiver, UnboundedSender as Sender, unbounded};

/// A handle that joins a thread.
pub type JoinHandle<T> = shuttle::thread::JoinHandle<T>;

std::thread_local! {
    /// Threads of the present schedule that have begun and not ended; one thread of the system runs
    /// a whole schedule.
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

/// The number of threads that have begun and not ended.
pub fn alive() -> usize {
    ALIVE.get()
}

/// Sets the number of [`alive`] threads to zero.
pub fn forget_threads() {
    ALIVE.set(0);
}

/// Spawns a named thread.
///
/// # Errors
/// None: the signature is that of the standard library's.
pub fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    ALIVE.set(ALIVE.get() + 1);
    Builder::new().name(name).spawn(|| {
        body();
        ALIVE.set(ALIVE.get() - 1);
    })
}

/// Returns `true` if `thread` is the current one, which cannot join itself.
pub fn is_current<T>(thread: &JoinHandle<T>) -> bool {
    thread.thread().id() == current().id()
}

/// A mutex whose guard knows it.
#[derive(Default)]
pub struct Mutex<T>(sync::Mutex<T>);

/// The guard of a locked [`Mutex`].
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    guard: sync::MutexGuard<'a, T>,
}

impl<T> Mutex<T> {
    /// A mutex of this value.
    pub fn new(value: T) -> Mutex<T> {
        Mutex(sync::Mutex::new(value))
    }

    /// The value, which nobody else can reach.
    ///
    /// # Errors
    /// If a thread panicked while it held the lock.
    pub fn get_mut(&mut self) -> Result<&mut T, PoisonError<&mut T>> {
        self.0.get_mut()
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutex")
    }
}

impl<T> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MutexGuard")
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

/// Locks `mutex` and ignores poisoning.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    let guard = mutex.0.lock().unwrap_or_else(PoisonError::into_inner);
    MutexGuard { mutex, guard }
}

/// Waits for a notification of `condvar`.
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    let MutexGuard { mutex, guard } = guard;
    let guard = condvar.wait(guard).unwrap_or_else(PoisonError::into_inner);
    MutexGuard { mutex, guard }
}

/// An instant that comes when the schedule draws it.
#[derive(Clone, Copy, Debug)]
pub struct Deadline;

impl Deadline {
    /// Returns the instant `timeout` from now, which may come at any time.
    pub fn after(_timeout: Duration) -> Option<Deadline> {
        Some(Deadline)
    }
}

/// Lets other threads run, then wakes, timed out or not as the schedule draws it; a notification
/// wakes no earlier.
pub fn wait_until<'a, T>(
    _: &Condvar,
    guard: MutexGuard<'a, T>,
    Deadline: Deadline,
) -> (MutexGuard<'a, T>, bool) {
    let mutex = guard.mutex;
    drop(guard);
    yield_now();
    (lock(mutex), thread_rng().next_u32().is_multiple_of(2))
}

/// Checks `condition`, lets other threads run if it is false, and checks again.
pub fn spin_until(condition: impl Fn() -> bool) -> bool {
    condition() || {
        yield_now();
        condition()
    }
}
