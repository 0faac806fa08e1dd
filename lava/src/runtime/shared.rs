//! Memory that workers share: the messages of out-ports and the models themselves.
//!
//! The only module of the runtime with `unsafe` in it. What it buys is measured by
//! `cargo bench --bench exchange`: a lock per message costs several times what the message does.
//!
//! # Invariants
//!
//! 1. A model is touched by the one worker it is placed on, during a run, or by the thread that
//!    holds the network's state lock, between runs ([`Models`]).
//! 2. An [`Outlet`] is written by the model-side out-port that it was made for, which exists once
//!    and never leaves its model, in the slot of the present step, in the spike phase only. Where
//!    several out-ports share a sum, and so an outlet, one worker runs all of their models.
//! 3. A reader reads the slot of a step that its writer has finished: in the spike phase the
//!    schedule orders it after the writer (same worker: list order; other worker: acquire on the
//!    writer's progress counter); afterwards the step barrier does.
//! 4. A slot is written again only when no reader can still want it: an outlet has at least
//!    `delay + 1` slots, and one more where several workers run, because a worker may be one
//!    step ahead of another that is still in the management phases.
//!
//! Debug builds count the borrows of every cell and panic when two overlap that must not; the
//! test below and every multi-worker test of the suite run with that check.

#![allow(unsafe_code)]

use std::any::Any;
use std::cell::UnsafeCell;
use std::sync::Arc;

use crate::model::Node;
use crate::process::Payload;

/// A value that the schedule, not a lock, keeps from being used twice at once.
struct Scheduled<T> {
    value: UnsafeCell<T>,
    #[cfg(debug_assertions)]
    borrows: std::sync::atomic::AtomicIsize,
}

// SAFETY: access from several threads is ordered by the schedule, see the module's invariants.
unsafe impl<T: Send> Sync for Scheduled<T> {}

impl<T> Scheduled<T> {
    fn new(value: T) -> Scheduled<T> {
        Scheduled {
            value: UnsafeCell::new(value),
            #[cfg(debug_assertions)]
            borrows: std::sync::atomic::AtomicIsize::new(0),
        }
    }

    /// Lends the value to `read`.
    ///
    /// # Safety
    /// Nobody writes while the returned reference lives.
    #[inline(always)]
    unsafe fn get(&self) -> &T {
        #[cfg(debug_assertions)]
        {
            use std::sync::atomic::Ordering::SeqCst;
            let before = self.borrows.load(SeqCst);
            assert!(before >= 0, "a slot is read while it is written");
        }
        // SAFETY: the caller's promise.
        unsafe { &*self.value.get() }
    }

    /// Lends the value to `write`.
    ///
    /// # Safety
    /// Nobody else reads or writes while `write` runs.
    #[inline(always)]
    unsafe fn with_mut<R>(&self, write: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(debug_assertions)]
        let _guard = {
            use std::sync::atomic::Ordering::SeqCst;
            assert_eq!(
                self.borrows.swap(-1, SeqCst),
                0,
                "a cell is borrowed twice at once"
            );
            Release(&self.borrows)
        };
        // SAFETY: the caller's promise.
        write(unsafe { &mut *self.value.get() })
    }
}

/// Gives a debug borrow back, also when the borrower panics.
#[cfg(debug_assertions)]
struct Release<'a>(&'a std::sync::atomic::AtomicIsize);

#[cfg(debug_assertions)]
impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.store(0, std::sync::atomic::Ordering::SeqCst);
    }
}

/// One message and the step it was sent in; 0 is before the first step.
struct Slot<I> {
    step: u64,
    items: Vec<I>,
}

/// The messages of one out-port: a ring of as many steps as its longest delay needs.
pub(crate) struct Outlet<T: Payload> {
    slots: Box<[Scheduled<Slot<T::Item>>]>,
}

impl<T: Payload> Outlet<T> {
    /// Room for messages of `len` elements over `depth` steps, rounded up to a power of two.
    pub(crate) fn new(len: usize, depth: usize) -> Outlet<T> {
        let slot = || {
            Scheduled::new(Slot {
                step: 0,
                items: T::silence(len),
            })
        };
        Outlet {
            slots: (0..depth.next_power_of_two()).map(|_| slot()).collect(),
        }
    }

    #[inline(always)]
    fn slot(&self, step: u64) -> &Scheduled<Slot<T::Item>> {
        &self.slots[step as usize & (self.slots.len() - 1)]
    }

    /// The message sent in `step`, if one was.
    #[inline(always)]
    pub(crate) fn message(&self, step: u64) -> Option<&[T::Item]> {
        // SAFETY: invariants 3 and 4.
        let slot = unsafe { self.slot(step).get() };
        (slot.step == step && step > 0).then_some(slot.items.as_slice())
    }

    /// Forgets every message.
    pub(crate) fn reset(&self) {
        for slot in &self.slots {
            // SAFETY: invariant 1; resets happen between runs.
            unsafe { slot.with_mut(|slot| slot.step = 0) };
        }
    }
}

/// The writing end of an [`Outlet`], in a model-side out-port.
pub(crate) struct Writer<T: Payload>(Arc<Outlet<T>>);

impl<T: Payload> Writer<T> {
    /// Writes the message of `step`; `write` also learns whether it is the first of that step.
    #[inline(always)]
    pub(crate) fn write<R>(
        &mut self,
        step: u64,
        write: impl FnOnce(&mut Vec<T::Item>, bool) -> R,
    ) -> R {
        // SAFETY: invariants 2 and 4.
        unsafe {
            self.0.slot(step).with_mut(|slot| {
                let first = slot.step != step;
                slot.step = step;
                write(&mut slot.items, first)
            })
        }
    }

    /// The message of `step` to write into in place, empty where none was written yet.
    #[inline(always)]
    pub(crate) fn stage(&mut self, step: u64) -> &mut Vec<T::Item> {
        let items = self.write(step, |items, first| {
            if first {
                T::clear(items);
            }
            std::ptr::from_mut(items)
        });
        // SAFETY: invariant 2; this writer is borrowed for as long as the message, and no other
        // model runs on this worker meanwhile.
        unsafe { &mut *items }
    }
}

/// The models of a network, each in its place.
pub(crate) struct Models(Box<[Scheduled<Box<dyn Node>>]>);

impl Models {
    pub(crate) fn new(models: Vec<Box<dyn Node>>) -> Models {
        Models(models.into_iter().map(Scheduled::new).collect())
    }

    /// Lends out model `index`, during a run to the worker that it is placed on, between runs to
    /// whoever holds the state lock.
    #[inline(always)]
    pub(crate) fn with<R>(&self, index: usize, act: impl FnOnce(&mut dyn Node) -> R) -> R {
        // SAFETY: invariant 1.
        unsafe { self.0[index].with_mut(|model| act(model.as_mut())) }
    }
}

/// An [`Outlet`] whose payload is forgotten.
#[derive(Clone)]
pub(crate) struct AnyOutlet {
    outlet: Arc<dyn Any + Send + Sync>,
    reset: fn(&dyn Any),
}

impl AnyOutlet {
    pub(crate) fn new<T: Payload>(len: usize, depth: usize) -> AnyOutlet {
        AnyOutlet {
            outlet: Arc::new(Outlet::<T>::new(len, depth)),
            reset: |outlet| {
                if let Some(outlet) = outlet.downcast_ref::<Outlet<T>>() {
                    outlet.reset();
                }
            },
        }
    }

    /// The outlet, as what it is.
    pub(crate) fn of<T: Payload>(&self) -> Arc<Outlet<T>> {
        Arc::clone(&self.outlet)
            .downcast()
            .expect("an outlet carries the payload of its port")
    }

    /// The writing end, for a model-side out-port (invariant 2).
    pub(crate) fn writer<T: Payload>(&self) -> Writer<T> {
        Writer(self.of())
    }

    pub(crate) fn reset(&self) {
        (self.reset)(self.outlet.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(not(debug_assertions), ignore = "borrows are counted in debug builds")]
    #[should_panic(expected = "a slot is read while it is written")]
    fn reading_a_slot_that_is_being_written_is_caught() {
        let outlet = Arc::new(Outlet::<f32>::new(1, 1));
        Writer(Arc::clone(&outlet)).write(1, |_, _| {
            let _ = outlet.message(1);
        });
    }

    #[test]
    fn a_slot_answers_for_its_own_step_only() {
        let outlet = Arc::new(Outlet::<i32>::new(1, 2));
        let mut writer = Writer(Arc::clone(&outlet));
        writer.write(1, |items, _| items[0] = 7);
        assert_eq!(outlet.message(1), Some([7].as_slice()));
        assert_eq!(outlet.message(2), None);
        writer.write(3, |items, _| items[0] = 9);
        assert_eq!(outlet.message(1), None);
        outlet.reset();
        assert_eq!(outlet.message(3), None);
        assert_eq!(
            outlet.message(0),
            None,
            "step 0 is before the first message"
        );
    }
}
