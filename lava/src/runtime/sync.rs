//! The locks of the runtime. Whoever panicked while it held one has left what it guards as it should
//! be: models are called without a lock, or catch their panics.
//!
//! They are named here and nowhere else, so that a model checker can put its own in their place.

use std::sync::PoisonError;
use std::time::Duration;

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};

/// Locks.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the bell to ring.
pub(crate) fn wait<'a, T>(bell: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    bell.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the bell to ring, for no longer than `time`.
pub(crate) fn wait_timeout<'a, T>(
    bell: &Condvar,
    guard: MutexGuard<'a, T>,
    time: Duration,
) -> MutexGuard<'a, T> {
    let waited = bell.wait_timeout(guard, time);
    waited.unwrap_or_else(PoisonError::into_inner).0
}
