//! Memory that workers share: the messages of out-ports and the models themselves.
//!
//! The only module of the runtime with `unsafe` in it. What it buys is measured by
//! `cargo bench --bench exchange`: a lock per message costs several times what the message does.
//!
//! # Invariants
//!
//! 1. A model is touched by the one worker it is placed on, during a run, or by the thread that
//!    holds the network's state lock, between runs ([`Models`]). While it is, it may touch the
//!    models that its ref-ports refer to: they are on the same worker, and none is itself. Models go
//!    to another worker only while no worker runs, and together with all that this ties to them.
//! 2. An [`Outlet`] is written by the model-side out-port that it was made for, which exists once
//!    and never leaves its model, in the spike phase only: in the slot of the present step, and, if
//!    the port was declared to write ahead, in those of as many steps to come. Where several
//!    out-ports share a sum, and so an outlet, one worker runs all of their models.
//! 3. A reader reads the slot of a step that its writer has finished: in the spike phase the
//!    schedule orders it after the writer (same worker: list order; other worker: acquire on the
//!    writer's progress counter); afterwards the step barrier does.
//! 4. A slot is written again only when no reader can still want it: an outlet has at least
//!    `delay + 1` slots, one more where several workers run, because a worker may be one step
//!    ahead of another that is still in the management phases, and one for every step that is
//!    written ahead.
//!
//! Debug builds count the borrows of every cell and panic when two overlap that must not; the
//! test below and every multi-worker test of the suite run with that check.

#![allow(unsafe_code)]

use std::any::Any;
use std::cell::UnsafeCell;
use std::marker::PhantomData;
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

/// The step a message was sent in, and how many items of its row it takes; step 0 is before the
/// first one.
struct Slot {
    step: u64,
    count: usize,
}

/// The messages of one out-port: a ring of as many steps as its longest delay needs.
pub(crate) struct Outlet<T: Payload> {
    /// Whoever may use a slot may use its row.
    slots: Box<[Scheduled<Slot>]>,
    /// A row of items for each slot, one after the other.
    rows: Box<[UnsafeCell<T::Item>]>,
    len: usize,
}

// SAFETY: a row is used by those who may use its slot, which is `Sync`.
unsafe impl<T: Payload> Sync for Outlet<T> {}

impl<T: Payload> Outlet<T> {
    /// Room for messages of `len` elements over `depth` steps, rounded up to a power of two.
    pub(crate) fn new(len: usize, depth: usize) -> Outlet<T> {
        let depth = depth.next_power_of_two();
        let slot = || Scheduled::new(Slot { step: 0, count: 0 });
        let item = || UnsafeCell::new(T::Item::default());
        Outlet {
            slots: (0..depth).map(|_| slot()).collect(),
            rows: (0..depth * len).map(|_| item()).collect(),
            len,
        }
    }

    #[inline(always)]
    fn index(&self, step: u64) -> usize {
        step as usize & (self.slots.len() - 1)
    }

    #[inline(always)]
    fn row(&self, index: usize) -> *mut T::Item {
        self.rows[index * self.len..].as_ptr().cast_mut().cast()
    }

    /// The message sent in `step`, if one was.
    #[inline(always)]
    pub(crate) fn message(&self, step: u64) -> Option<&[T::Item]> {
        let index = self.index(step);
        // SAFETY: invariants 3 and 4.
        let slot = unsafe { self.slots[index].get() };
        let sent = slot.step == step && step > 0;
        // SAFETY: as above; a message is no longer than its row.
        sent.then(|| unsafe { std::slice::from_raw_parts(self.row(index), slot.count) })
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
    /// Lets `act` change a slot and its row.
    #[inline(always)]
    fn with<R>(&mut self, step: u64, act: impl FnOnce(&mut Slot, &mut [T::Item]) -> R) -> R {
        let index = self.0.index(step);
        let (row, len) = (self.0.row(index), self.0.len);
        // SAFETY: invariants 2 and 4.
        unsafe {
            let row = || std::slice::from_raw_parts_mut(row, len);
            self.0.slots[index].with_mut(|slot| act(slot, row()))
        }
    }

    /// Replaces the message of `step`; `write` tells how many items of the row it has written.
    #[inline(always)]
    pub(crate) fn write(&mut self, step: u64, write: impl FnOnce(&mut [T::Item]) -> usize) {
        self.with(step, |slot, row| {
            slot.step = step;
            slot.count = write(row);
        });
    }

    /// The message of `step` to write into in place, empty where none was written yet.
    #[inline(always)]
    pub(crate) fn stage(&mut self, step: u64) -> &mut [T::Item] {
        let row = self.with(step, |slot, row| {
            if slot.step != step {
                slot.step = step;
                slot.count = T::silence(row);
            }
            std::ptr::from_mut(row)
        });
        // SAFETY: invariant 2; this writer is borrowed for as long as the row, and no other model
        // runs on this worker meanwhile.
        unsafe { &mut *row }
    }

    /// The messages of `step` and of the steps after it, to add to.
    #[inline(always)]
    pub(crate) fn stage_ahead(&mut self, step: u64, ahead: usize) -> Rows<'_, T::Item> {
        for step in step..=step + ahead as u64 {
            self.stage(step);
        }
        let len = self.0.len;
        Rows {
            ring: self.0.row(0),
            size: self.0.rows.len(),
            first: self.0.index(step) * len,
            places: (ahead + 1).min(self.0.slots.len()) * len,
            borrow: PhantomData,
        }
    }
}

/// Several rows of an outlet, those of consecutive steps, as if one followed the other.
pub(crate) struct Rows<'a, I> {
    ring: *mut I,
    size: usize,
    first: usize,
    places: usize,
    borrow: PhantomData<&'a mut I>,
}

impl<I> Rows<'_, I> {
    /// How many items there are.
    #[inline(always)]
    pub(crate) fn places(&self) -> usize {
        self.places
    }

    /// All items, if they are in one piece.
    #[inline(always)]
    pub(crate) fn as_slice(&mut self) -> Option<&mut [I]> {
        let whole = self.first + self.places <= self.size;
        // SAFETY: as for `item`, and the last place is within the ring too.
        whole.then(|| unsafe {
            std::slice::from_raw_parts_mut(self.ring.add(self.first), self.places)
        })
    }

    /// The item at a place.
    ///
    /// # Panics
    /// If there is no such place.
    #[inline(always)]
    pub(crate) fn item(&mut self, place: usize) -> &mut I {
        if place >= self.places {
            no_place(place);
        }
        let index = self.first + place;
        let index = if index < self.size {
            index
        } else {
            index - self.size
        };
        // SAFETY: `first < size` and `place < places <= size`, so `index < size`. The rows are
        // those of the present step and of steps written ahead: invariants 2 and 4.
        unsafe { &mut *self.ring.add(index) }
    }
}

#[cold]
#[inline(never)]
fn no_place(place: usize) -> ! {
    panic!("there is no place {place}")
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
    sent: fn(&dyn Any, u64) -> usize,
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
            sent: |outlet, step| {
                let outlet = outlet.downcast_ref::<Outlet<T>>();
                let message = outlet.and_then(|outlet| outlet.message(step));
                message.map_or(0, <[T::Item]>::len)
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

    /// Whether it is the same outlet.
    pub(crate) fn is(&self, other: &AnyOutlet) -> bool {
        Arc::ptr_eq(&self.outlet, &other.outlet)
    }

    /// How many items the message of `step` has: asked by the worker that wrote it.
    pub(crate) fn sent(&self, step: u64) -> usize {
        (self.sent)(self.outlet.as_ref(), step)
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
        Writer(Arc::clone(&outlet)).write(1, |_| {
            let _ = outlet.message(1);
            0
        });
    }

    #[test]
    fn a_slot_answers_for_its_own_step_only() {
        let outlet = Arc::new(Outlet::<i32>::new(1, 2));
        let mut writer = Writer(Arc::clone(&outlet));
        let mut send = |step, value| {
            writer.write(step, |row| i32::write(row, [value].iter()));
        };
        send(1, 7);
        assert_eq!(outlet.message(1), Some([7].as_slice()));
        assert_eq!(outlet.message(2), None);
        send(3, 9);
        assert_eq!(outlet.message(1), None);
        outlet.reset();
        assert_eq!(outlet.message(3), None);
        assert_eq!(
            outlet.message(0),
            None,
            "step 0 is before the first message"
        );
    }

    #[test]
    fn rows_written_ahead_follow_each_other_round_the_ring() {
        let outlet = Arc::new(Outlet::<i32>::new(2, 4));
        let mut writer = Writer(Arc::clone(&outlet));
        for step in 1..9 {
            let mut rows = writer.stage_ahead(step, 2);
            assert_eq!(rows.places(), 6);
            for place in 0..6 {
                *rows.item(place) += 10_i32.pow(place as u32);
            }
            let message = outlet.message(step).expect("the step is staged");
            let whole = [[10_101, 101_010], [101, 1010], [1, 10]];
            assert_eq!(message, whole[3_usize.saturating_sub(step as usize)]);
        }
    }

    #[test]
    #[should_panic(expected = "there is no place 2")]
    fn places_beyond_what_is_written_ahead_are_refused() {
        let outlet = Arc::new(Outlet::<i32>::new(1, 4));
        Writer(outlet).stage_ahead(1, 1).item(2);
    }
}
