//! The primitives of `loom`, which explores every order of a few threads and every value that the
//! memory model allows an atomic to have.

use std::io;
use std::sync::PoisonError;
use std::time::Duration;

use loom::sync::atomic::{self, fence};
use loom::thread::{Builder, current, yield_now};

pub use loom::sync::atomic::Ordering;
pub use loom::sync::{Condvar, Mutex, MutexGuard};
pub use loom::thread::JoinHandle;

pub use super::channel::{Receiver, Sender, unbounded};

/// [`atomic::AtomicU8`] with a `SeqCst` that holds.
pub type AtomicU8 = Atomic<atomic::AtomicU8>;
/// [`atomic::AtomicU64`] with a `SeqCst` that holds.
pub type AtomicU64 = Atomic<atomic::AtomicU64>;
/// [`atomic::AtomicUsize`] with a `SeqCst` that holds.
pub type AtomicUsize = Atomic<atomic::AtomicUsize>;

/// An atomic whose `SeqCst` orders a store before a later load of another atomic: loom treats it as
/// `AcqRel`, but models fences, so a load has one before it.
#[derive(Debug, Default)]
pub struct Atomic<A>(A);

macro_rules! atomic {
    ($($atomic:ident $number:ty),+) => {$(
        impl Atomic<atomic::$atomic> {
            /// An atomic of this value.
            pub fn new(value: $number) -> Self {
                Atomic(atomic::$atomic::new(value))
            }

            /// Loads the value.
            pub fn load(&self, order: Ordering) -> $number {
                if order == Ordering::SeqCst {
                    fence(order);
                }
                self.0.load(order)
            }

            /// Stores a value.
            pub fn store(&self, value: $number, order: Ordering) {
                self.0.store(value, order);
            }

            /// Adds to the value; returns the one before.
            pub fn fetch_add(&self, value: $number, order: Ordering) -> $number {
                self.0.fetch_add(value, order)
            }

            /// Subtracts from the value; returns the one before.
            pub fn fetch_sub(&self, value: $number, order: Ordering) -> $number {
                self.0.fetch_sub(value, order)
            }

            /// Sets bits of the value; returns the one before.
            pub fn fetch_or(&self, value: $number, order: Ordering) -> $number {
                self.0.fetch_or(value, order)
            }
        }
    )+};
}

atomic!(AtomicU8 u8, AtomicU64 u64, AtomicUsize usize);

/// Spawns a named thread.
///
/// # Errors
/// None: the signature is that of the standard library's.
pub fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name).spawn(body)
}

/// Returns `true` if `thread` is the current one, which cannot join itself.
pub fn is_current<T>(thread: &JoinHandle<T>) -> bool {
    thread.thread().id() == current().id()
}

/// Declares a value of each thread; loom's macro takes no `const` initial value.
macro_rules! const_thread_local {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = const { $init:expr };) => {
        ::loom::thread_local! {
            $(#[$attribute])*
            static $name: $type = $init;
        }
    };
}
pub(crate) use const_thread_local as thread_local;

/// Locks `mutex` and ignores poisoning.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a notification of `condvar`.
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// An instant that never comes: loom has no time.
#[derive(Clone, Copy, Debug)]
pub struct Deadline;

impl Deadline {
    /// Returns `None`: wait forever.
    pub fn after(_: Duration) -> Option<Deadline> {
        None
    }
}

/// Waits for a notification of `condvar`; never times out.
pub fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    Deadline: Deadline,
) -> (MutexGuard<'a, T>, bool) {
    (wait(condvar, guard), false)
}

/// Checks `condition` once, and yields if it is false.
pub fn spin_until(condition: impl Fn() -> bool) -> bool {
    let holds = condition();
    if !holds {
        yield_now();
    }
    holds
}
