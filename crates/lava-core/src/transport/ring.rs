//! Message rings: the messages of out-ports, in memory that tasks share.
//!
//! One of three modules with `unsafe` in it, with [`ScheduledCell`] and the executor's table of
//! tasks. It pays: a lock per message costs several times what the message does
//! (`cargo bench --bench exchange`).
//!
//! # Invariants
//!
//! 1. Rings are reset, and their messages restored, between runs only.
//! 2. A [`MessageRing`] is written through the [`RingWriter`] of the out-port that it was made for,
//!    which exists once and never leaves its task, and in the spike phase only: in the slot of the
//!    current step and, if the port was declared to write ahead, in those of as many steps to come;
//!    between runs in those that it could write in the next step.
//!    The ring of an out-port on another rank is written by the exchange with that rank instead: with the
//!    message of the current step, or with those of earlier ones that no reader needs yet.
//!    Where several out-ports share an accumulator, and so a ring, one worker runs all of their
//!    tasks; so it is where rings were made jointly. Their messages arrive in a later step.
//! 3. A reader reads the slot of a step that its writer has finished: in the spike phase the
//!    schedule orders it after the writer (same worker: list order; other worker: acquire on the
//!    writer's progress counter); afterwards the step barrier does.
//! 4. A slot is written again only when no reader can still need it: a ring has at least
//!    `delay + 1` slots, where a delay includes the lag of a late reader, one more where several
//!    workers run, because a worker may be one step ahead of another that is still in the
//!    management phases, and one for every step that is written ahead.
//!
//! Debug builds count the borrows of every slot; the tests below and every test with several workers
//! run with that check.

#![allow(unsafe_code)]

mod erased;
mod message;

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::arrivals::{Arrivals, PART, for_each_marked};
use crate::data::Payload;
use crate::sync::ScheduledCell;
pub use erased::ErasedRing;
pub(super) use message::no_message;

/// The step of a message and the number of its items; step 0 is before the first.
struct RingSlot {
    step: u64,
    count: usize,
    /// Only parts that are marked can be other than silent. If it is `false`, marks mean nothing.
    is_marked: bool,
}

/// The messages of one out-port: a ring of as many steps as its longest delay needs.
pub struct MessageRing<T: Payload> {
    /// Access to a slot is access to its row.
    slots: Box<[ScheduledCell<RingSlot>]>,
    /// The rows of all rings that were made jointly: those of one step lie side by side.
    rows: Arc<[RingItem<T::Item>]>,
    /// The marks of the parts of each row.
    marks: Arc<[RingItem<u8>]>,
    /// The items of one step in `rows`.
    width: usize,
    /// The first item of this ring among those of a step.
    first: usize,
    len: usize,
}

impl RingSlot {
    /// Begins the message of `step` in a row, which is silent then. What was not marked before is silent
    /// already.
    #[inline(always)]
    fn silence<T: Payload>(&mut self, step: u64, row: &mut [T::Item], marks: &mut [u8]) {
        self.step = step;
        if self.is_marked {
            for_each_marked(marks, |part| {
                let end = row.len().min((part + 1) * PART);
                T::silence(&mut row[part * PART..end]);
            });
            self.count = row.len();
            marks.fill(0);
        } else {
            self.count = T::silence(row);
        }
    }
}

/// An item of a row.
#[repr(transparent)]
struct RingItem<I>(UnsafeCell<I>);

// SAFETY: a row is used by the users of its slot, which is `Sync`.
unsafe impl<I: Send> Sync for RingItem<I> {}

impl<T: Payload> MessageRing<T> {
    /// Space for messages of `len` elements over `depth` steps, rounded up to a power of two.
    pub fn new(len: usize, depth: usize) -> MessageRing<T> {
        let mut rings = MessageRing::joint(&[len], depth);
        rings.remove(0)
    }

    /// Rings for messages of these lengths, whose rows lie side by side.
    fn joint(lens: &[usize], depth: usize) -> Vec<MessageRing<T>> {
        let depth = depth.next_power_of_two();
        let slot = || {
            ScheduledCell::new(RingSlot {
                step: 0,
                count: 0,
                is_marked: false,
            })
        };
        let item = || RingItem(UnsafeCell::new(T::Item::default()));
        let row = |len: &usize| match lens {
            [len] => *len,
            // A part of a row belongs to one ring.
            _ => len.next_multiple_of(PART),
        };
        let width: usize = lens.iter().map(row).sum();
        let rows: Arc<[_]> = (0..depth * width).map(|_| item()).collect();
        let marks = depth * width.div_ceil(PART);
        let marks: Arc<[_]> = (0..marks).map(|_| RingItem(UnsafeCell::new(0))).collect();
        let mut first = 0;
        let ring = |len: &usize| {
            first += row(len);
            MessageRing {
                slots: (0..depth).map(|_| slot()).collect(),
                rows: Arc::clone(&rows),
                marks: Arc::clone(&marks),
                width,
                first: first - row(len),
                len: *len,
            }
        };
        lens.iter().map(ring).collect()
    }

    #[inline(always)]
    fn index(&self, step: u64) -> usize {
        step as usize & (self.slots.len() - 1)
    }

    #[inline(always)]
    fn row(&self, index: usize) -> *mut T::Item {
        let items = &self.rows[index * self.width + self.first..];
        items.as_ptr().cast_mut().cast()
    }

    /// The marks of a row, and their number.
    #[inline(always)]
    fn row_marks(&self, index: usize) -> (*mut u8, usize) {
        let marks = &self.marks[index * self.width.div_ceil(PART) + self.first / PART..];
        let len = self.len.div_ceil(PART);
        (marks[..len].as_ptr().cast_mut().cast(), len)
    }

    /// The parts of the message sent in `step` that can be other than silent.
    #[inline(always)]
    pub fn arrivals(&self, step: u64) -> Arrivals<'_> {
        let index = self.index(step);
        // SAFETY: invariants 3 and 4.
        let slot = unsafe { self.slots[index].get() };
        match (slot.step == step && step > 0, slot.is_marked) {
            (false, _) => Arrivals::None,
            (true, false) => Arrivals::All,
            (true, true) => {
                let (marks, len) = self.row_marks(index);
                // SAFETY: as above.
                Arrivals::Parts(unsafe { std::slice::from_raw_parts(marks, len) })
            }
        }
    }

    /// The message sent in `step`, if there is one.
    #[inline(always)]
    pub fn message(&self, step: u64) -> Option<&[T::Item]> {
        let index = self.index(step);
        // SAFETY: invariants 3 and 4.
        let slot = unsafe { self.slots[index].get() };
        let sent = slot.step == step && step > 0;
        // SAFETY: as above; a message is no longer than its row.
        sent.then(|| unsafe { std::slice::from_raw_parts(self.row(index), slot.count) })
    }

    /// Drops every message.
    pub fn reset(&self) {
        for slot in &self.slots {
            // SAFETY: invariant 1.
            unsafe { slot.with_mut(|slot| slot.step = 0) };
        }
    }
}

impl<T: Payload> fmt::Debug for MessageRing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, depth) = (self.len, self.slots.len());
        write!(f, "MessageRing of {depth} messages of {len} elements")
    }
}

/// The writing end of a [`MessageRing`], in a model-side out-port.
#[derive(Debug)]
pub struct RingWriter<T: Payload>(Arc<MessageRing<T>>);

impl<T: Payload> RingWriter<T> {
    /// Calls `act` with the slot of `step`, its row and the marks of that.
    #[inline(always)]
    fn with<R>(
        &mut self,
        step: u64,
        act: impl FnOnce(&mut RingSlot, &mut [T::Item], &mut [u8]) -> R,
    ) -> R {
        let index = self.0.index(step);
        let (row, len) = (self.0.row(index), self.0.len);
        let (marks, parts) = self.0.row_marks(index);
        // SAFETY: invariants 2 and 4.
        unsafe {
            let row = || std::slice::from_raw_parts_mut(row, len);
            let marks = || std::slice::from_raw_parts_mut(marks, parts);
            self.0.slots[index].with_mut(|slot| act(slot, row(), marks()))
        }
    }

    /// Replaces the message of `step`; `write` returns the number of items that it has written.
    #[inline(always)]
    pub fn write(&mut self, step: u64, write: impl FnOnce(&mut [T::Item]) -> usize) {
        self.with(step, |slot, row, _| {
            slot.step = step;
            slot.is_marked = false;
            slot.count = write(row);
        });
    }

    /// The message of `step`, to be written in place; silent if none was written yet.
    #[inline(always)]
    pub fn buffer_mut(&mut self, step: u64) -> &mut [T::Item] {
        let row = self.with(step, |slot, row, marks| {
            if slot.step != step {
                slot.silence::<T>(step, row, marks);
            }
            slot.is_marked = false;
            std::ptr::from_mut(row)
        });
        // SAFETY: invariant 2; this writer is borrowed for as long as the row, and no other task
        // runs on this worker meanwhile.
        unsafe { &mut *row }
    }

    /// The message of `step`, and the marks of its parts: parts that are written in place have to be
    /// marked.
    #[inline(always)]
    pub fn parts_mut(&mut self, step: u64) -> (&mut [T::Item], &mut [u8]) {
        let (row, marks) = self.with(step, |slot, row, marks| {
            if slot.step != step {
                slot.silence::<T>(step, row, marks);
                if !slot.is_marked {
                    marks.fill(0);
                    slot.is_marked = true;
                }
            }
            (std::ptr::from_mut(row), std::ptr::from_mut(marks))
        });
        // SAFETY: as above.
        unsafe { (&mut *row, &mut *marks) }
    }

    /// The messages of `step` and of the `ahead` steps after it, to be added to.
    #[inline(always)]
    pub fn buffers_ahead(&mut self, step: u64, ahead: usize) -> RingRows<'_, T::Item> {
        for step in step..=step + ahead as u64 {
            self.buffer_mut(step);
        }
        let (ring, len) = (&self.0, self.0.len);
        if ahead == 0 {
            return RingRows {
                ring: ring.row(ring.index(step)),
                size: len,
                first: 0,
                len,
                borrow: PhantomData,
            };
        }
        assert_eq!(ring.width, len, "{STANDS_ALONE}");
        RingRows {
            ring: ring.row(0),
            size: ring.rows.len(),
            first: ring.index(step) * len,
            len: (ahead + 1).min(ring.slots.len()) * len,
            borrow: PhantomData,
        }
    }
}

const STANDS_ALONE: &str = "a ring that is written ahead is made alone";

/// The writing end of several rings that were made jointly.
#[derive(Debug)]
pub struct JointWriter<T: Payload>(Vec<RingWriter<T>>);

impl<T: Payload> JointWriter<T> {
    /// The writing end of `rings`; `None` if they were not made jointly.
    pub fn new<'a>(rings: impl IntoIterator<Item = &'a ErasedRing>) -> Option<JointWriter<T>> {
        let writers: Vec<RingWriter<T>> = rings.into_iter().map(ErasedRing::writer).collect();
        let first = &writers.first()?.0;
        let is_joint = |writer: &RingWriter<T>| Arc::ptr_eq(&writer.0.rows, &first.rows);
        let are_joint = writers.iter().all(is_joint);
        are_joint.then_some(JointWriter(writers))
    }

    /// The first item of a ring's message among those of a step.
    ///
    /// # Panics
    /// If there is no such ring.
    pub fn first(&self, ring: usize) -> usize {
        self.0[ring].0.first
    }

    /// The number of items of all messages of a step: those of these rings, and of the others that were
    /// made with them.
    pub fn width(&self) -> usize {
        self.0[0].0.width
    }

    /// The messages of `step`, to be written in place; silent if none was written yet. Those of other
    /// rings are to be left alone.
    #[inline(always)]
    pub fn buffer_mut(&mut self, step: u64) -> &mut [T::Item] {
        for writer in &mut self.0 {
            writer.buffer_mut(step);
        }
        let row = self.row_mut(step);
        // SAFETY: invariant 2: one worker runs the tasks of all rings that were made jointly, and this
        // writer is borrowed for as long as the messages of this step, which nobody reads before.
        unsafe { &mut *row }
    }

    /// The messages of `step`, as [`buffer_mut`](JointWriter::buffer_mut), and the marks of their parts:
    /// parts that are written in place have to be marked.
    #[inline(always)]
    pub fn parts_mut(&mut self, step: u64) -> (&mut [T::Item], &mut [u8]) {
        for writer in &mut self.0 {
            writer.parts_mut(step);
        }
        let ring = &self.0[0].0;
        let width = ring.width.div_ceil(PART);
        let marks = &ring.marks[ring.index(step) * width..][..width];
        let (row, marks) = (self.row_mut(step), marks.as_ptr().cast_mut().cast());
        // SAFETY: as for `buffer_mut`.
        unsafe { (&mut *row, std::slice::from_raw_parts_mut(marks, width)) }
    }

    /// The messages of all rings in `step`.
    #[inline(always)]
    fn row_mut(&self, step: u64) -> *mut [T::Item] {
        let ring = &self.0[0].0;
        let width = ring.width;
        let items = &ring.rows[ring.index(step) * width..][..width];
        std::ptr::slice_from_raw_parts_mut(items.as_ptr().cast_mut().cast(), width)
    }
}

/// The rows of consecutive steps of a ring, as if one followed the other.
#[derive(Debug)]
pub struct RingRows<'a, I> {
    ring: *mut I,
    size: usize,
    first: usize,
    len: usize,
    borrow: PhantomData<&'a mut I>,
}

impl<I> RingRows<'_, I> {
    /// The number of items.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty, reason = "a ring has at least one row")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// All items, unless the end of the ring lies between them.
    #[inline(always)]
    pub fn as_slice(&mut self) -> Option<&mut [I]> {
        let contiguous = self.first + self.len <= self.size;
        // SAFETY: as for `get_mut`, and the last item is within the ring too.
        contiguous
            .then(|| unsafe { std::slice::from_raw_parts_mut(self.ring.add(self.first), self.len) })
    }

    /// The `len` items from `offset` on, or `None` if the end of the ring lies between them or they are
    /// not all in these rows.
    #[inline(always)]
    pub fn range_mut(&mut self, offset: usize, len: usize) -> Option<&mut [I]> {
        if offset.checked_add(len)? > self.len {
            return None;
        }
        let index = self.index(offset);
        // SAFETY: `first < size` and `offset <= len <= size`, so `index <= size`, and the items end within the
        // ring. The rows are those of `get_mut`.
        (index + len <= self.size)
            .then(|| unsafe { std::slice::from_raw_parts_mut(self.ring.add(index), len) })
    }

    /// The index in the ring of the item at `offset`, which is at most [`len`](RingRows::len).
    #[inline(always)]
    fn index(&self, offset: usize) -> usize {
        let index = self.first + offset;
        // Of an index before the end of the ring, the difference is a large number.
        index.min(index.wrapping_sub(self.size))
    }

    /// The place of the item at `offset`: its index in the ring, in 32 bits, of which vectors hold more.
    #[inline(always)]
    pub fn place(&self, offset: u32) -> u32 {
        let place = offset.wrapping_add(self.first as u32);
        // Of a place before the end of the ring, the difference is a large number.
        place.min(place.wrapping_sub(self.size as u32))
    }

    /// The address of a place, or one out of the ring if there is no such place.
    #[inline(always)]
    pub fn address(&self, place: u32) -> *const I {
        self.ring.wrapping_add(place as usize)
    }

    /// The item at `offset`, or `None` if that is not below [`len`](RingRows::len).
    #[inline(always)]
    pub fn get_mut(&mut self, offset: usize) -> Option<&mut I> {
        if offset >= self.len {
            return None;
        }
        let index = self.index(offset);
        // SAFETY: `first < size` and `offset < len <= size`, so `index < size`. The rows are
        // those of the current step and of steps written ahead: invariants 2 and 4.
        Some(unsafe { &mut *self.ring.add(index) })
    }
}

#[cfg(test)]
mod tests;
