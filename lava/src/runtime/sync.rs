//! What threads wait for each other with: locks, atomics, channels, and the threads themselves.
//!
//! They are named here and nowhere else in the runtime, so that a model checker can put its own in
//! their place (`tests/interleavings`).

use std::io;
use std::sync::PoisonError;
use std::thread::Builder;
use std::time::{Duration, Instant};

use crossbeam_utils::Backoff;

pub(crate) use crossbeam_channel::{Receiver, Sender, unbounded};
pub(crate) use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
pub(crate) use std::thread::JoinHandle;

/// Starts a thread.
pub(crate) fn spawn(
    name: String,
    act: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name).spawn(act)
}

/// Locks. Whoever panicked while it held the lock has left what it guards as it should be: models
/// are called without a lock, or catch their panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the bell to ring.
pub(crate) fn wait<'a, T>(bell: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    bell.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// A point in time until which somebody waits.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// None if that is beyond all time.
    pub(crate) fn after(time: Duration) -> Option<Deadline> {
        Instant::now().checked_add(time).map(Deadline)
    }
}

/// Waits for the bell to ring, no longer than until a point in time. Returns whether that has come.
pub(crate) fn wait_until<'a, T>(
    bell: &Condvar,
    guard: MutexGuard<'a, T>,
    Deadline(end): Deadline,
) -> (MutexGuard<'a, T>, bool) {
    let left = end.saturating_duration_since(Instant::now());
    let waited = bell.wait_timeout(guard, left);
    let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
    (guard, timeout.timed_out())
}

/// How often a thread looks before it yields the processor.
const SPINS: usize = 2_000;

/// How often it yields the processor before it gives up.
const YIELDS: usize = 50;

/// Waits for `over` awake, for a while. Returns whether it came true.
pub(crate) fn spin_until(over: impl Fn() -> bool) -> bool {
    for _ in 0..SPINS {
        if over() {
            return true;
        }
        std::hint::spin_loop();
    }
    let backoff = Backoff::new();
    for _ in 0..YIELDS {
        if over() {
            return true;
        }
        backoff.snooze();
    }
    over()
}
