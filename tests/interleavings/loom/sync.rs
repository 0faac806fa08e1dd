//! What threads wait for each other with, of `loom`.

use std::sync::PoisonError;

use loom::sync::atomic::{self, fence};
use loom::thread::yield_now;

pub(crate) use loom::sync::atomic::Ordering;
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

pub(crate) type AtomicU8 = Atomic<atomic::AtomicU8>;
pub(crate) type AtomicU64 = Atomic<atomic::AtomicU64>;
pub(crate) type AtomicUsize = Atomic<atomic::AtomicUsize>;

/// An atomic whose `SeqCst` is one, for who changes one and then loads another: loom takes it for
/// `AcqRel`, but knows fences, so a load has one before it.
pub(crate) struct Atomic<A>(A);

macro_rules! atomic {
    ($($atomic:ident $number:ty),+) => {$(
        #[allow(dead_code, reason = "each has what one of them needs")]
        impl $atomic {
            pub(crate) fn new(value: $number) -> $atomic {
                Atomic(atomic::$atomic::new(value))
            }

            pub(crate) fn load(&self, order: Ordering) -> $number {
                if order == Ordering::SeqCst {
                    fence(order);
                }
                self.0.load(order)
            }

            pub(crate) fn store(&self, value: $number, order: Ordering) {
                self.0.store(value, order);
            }

            pub(crate) fn fetch_add(&self, value: $number, order: Ordering) -> $number {
                self.0.fetch_add(value, order)
            }

            pub(crate) fn fetch_sub(&self, value: $number, order: Ordering) -> $number {
                self.0.fetch_sub(value, order)
            }

            pub(crate) fn fetch_or(&self, value: $number, order: Ordering) -> $number {
                self.0.fetch_or(value, order)
            }
        }
    )+};
}

atomic!(AtomicU8 u8, AtomicU64 u64, AtomicUsize usize);

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn wait<'a, T>(bell: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    bell.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Looks once, and lets others get on if it was in vain.
pub(crate) fn spin_until(over: impl Fn() -> bool) -> bool {
    let is_over = over();
    if !is_over {
        yield_now();
    }
    is_over
}
