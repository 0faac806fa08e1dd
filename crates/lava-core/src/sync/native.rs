//! The standard library's primitives, and crossbeam's channels.

use std::io;
use std::sync::PoisonError;
use std::thread::{Builder, current};
use std::time::{Duration, Instant};

use crossbeam_utils::Backoff;

pub use crossbeam_channel::{Receiver, Sender, unbounded};
pub use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
pub use std::sync::{Condvar, Mutex, MutexGuard};
pub use std::thread::JoinHandle;
pub(crate) use std::thread_local;

/// Spawns a named thread.
///
/// # Errors
/// Those of the operating system.
pub fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name).spawn(body)
}

/// Returns `true` if `thread` is the current one, which cannot join itself.
pub fn is_current<T>(thread: &JoinHandle<T>) -> bool {
    thread.thread().id() == current().id()
}

/// Locks `mutex` and ignores poisoning: no user code runs under a lock, so a panic cannot leave the
/// value inconsistent.
#[inline]
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a notification of `condvar`.
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// The instant at which a wait times out.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// Returns the instant `timeout` from now, or `None` if it overflows [`Instant`]: wait forever.
    pub fn after(timeout: Duration) -> Option<Deadline> {
        Instant::now().checked_add(timeout).map(Deadline)
    }
}

/// Waits for a notification of `condvar`, or until `deadline`. Returns `true` beside the guard if
/// the wait timed out.
pub fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    Deadline(deadline): Deadline,
) -> (MutexGuard<'a, T>, bool) {
    let remaining = deadline.saturating_duration_since(Instant::now());
    let waited = condvar.wait_timeout(guard, remaining);
    let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
    (guard, timeout.timed_out())
}

/// Checks of a condition before a thread yields the processor.
const SPINS: usize = 2_000;

/// Yields of the processor before a thread gives up spinning.
const YIELDS: usize = 50;

/// Waits for `condition` without sleeping, for a while. Returns `true` if it became true.
#[inline]
pub fn spin_until(condition: impl Fn() -> bool) -> bool {
    for _ in 0..SPINS {
        if condition() {
            return true;
        }
        std::hint::spin_loop();
    }
    let backoff = Backoff::new();
    for _ in 0..YIELDS {
        if condition() {
            return true;
        }
        backoff.snooze();
    }
    condition()
}
