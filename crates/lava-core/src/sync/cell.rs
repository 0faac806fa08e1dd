//! A cell that the schedule, not a lock, protects.

#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::fmt;
#[cfg(debug_assertions)]
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};

/// A value that several threads use one after the other, in an order that their schedule fixes.
///
/// Debug builds count the borrows and panic if two overlap that must not.
pub struct ScheduledCell<T> {
    value: UnsafeCell<T>,
    #[cfg(debug_assertions)]
    borrows: AtomicIsize,
}

// SAFETY: the caller of an unsafe method promises that the schedule orders the accesses.
unsafe impl<T: Send> Sync for ScheduledCell<T> {}

impl<T> ScheduledCell<T> {
    /// A cell of this value.
    pub fn new(value: T) -> ScheduledCell<T> {
        ScheduledCell {
            value: UnsafeCell::new(value),
            #[cfg(debug_assertions)]
            borrows: AtomicIsize::new(0),
        }
    }

    /// The value, to be read.
    ///
    /// # Safety
    /// No thread writes while the returned reference lives.
    #[inline(always)]
    pub unsafe fn get(&self) -> &T {
        #[cfg(debug_assertions)]
        assert!(
            self.borrows.load(SeqCst) >= 0,
            "a cell is read while it is written"
        );
        // SAFETY: the caller's promise.
        unsafe { &*self.value.get() }
    }

    /// Calls `write` with the value.
    ///
    /// # Safety
    /// No other thread reads or writes while `write` runs.
    #[inline(always)]
    pub unsafe fn with_mut<R>(&self, write: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(debug_assertions)]
        let _guard = {
            assert_eq!(
                self.borrows.swap(-1, SeqCst),
                0,
                "a cell is borrowed twice at once"
            );
            BorrowGuard(&self.borrows)
        };
        // SAFETY: the caller's promise.
        write(unsafe { &mut *self.value.get() })
    }
}

impl<T> fmt::Debug for ScheduledCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScheduledCell")
    }
}

/// Ends a counted borrow, also when the borrower panics.
#[cfg(debug_assertions)]
struct BorrowGuard<'a>(&'a AtomicIsize);

#[cfg(debug_assertions)]
impl Drop for BorrowGuard<'_> {
    fn drop(&mut self) {
        self.0.store(0, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(not(debug_assertions), ignore = "borrows are counted in debug builds")]
    #[should_panic(expected = "a cell is borrowed twice at once")]
    fn overlapping_writes_are_caught() {
        let cell = ScheduledCell::new(0);
        // SAFETY: the second call is the breach that the debug check is to catch before it acts.
        unsafe { cell.with_mut(|_| cell.with_mut(|value| *value = 1)) };
    }
}
