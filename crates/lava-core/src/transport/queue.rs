//! Bounded queues: the messages between timing domains, in order.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::clock::Clock;
use super::coordinator::{Coordinator, ParticipantId, QueueId};
use super::ring::no_message;
use super::ring::{ErasedRing, MessageRing, RingWriter};
use super::snapshot::{self, RingPart};
use crate::data::{Payload, Persist, PersistError};
use crate::sync::{Mutex, lock};

/// The queue of one connection.
pub struct BoundedQueue<T: Payload> {
    coordinator: Arc<Coordinator>,
    id: QueueId,
    buffers: Mutex<Buffers<T::Item>>,
}

struct Buffers<I> {
    waiting: VecDeque<Vec<I>>,
    /// Buffers to be used again.
    spare: Vec<Vec<I>>,
}

impl<T: Payload> BoundedQueue<T> {
    /// The queue with this id at the coordinator.
    pub fn new(coordinator: Arc<Coordinator>, id: QueueId) -> BoundedQueue<T> {
        BoundedQueue {
            coordinator,
            id,
            buffers: Mutex::new(Buffers {
                waiting: VecDeque::new(),
                spare: Vec::new(),
            }),
        }
    }

    /// Sends a message on behalf of `sender`, waiting for space.
    pub fn send(&self, sender: ParticipantId, items: &[T::Item]) {
        if !self.coordinator.wait_for_space(sender, self.id) {
            return;
        }
        let buffers = &mut *lock(&self.buffers);
        let mut buffer = buffers.spare.pop().unwrap_or_default();
        buffer.extend_from_slice(items);
        buffers.waiting.push_back(buffer);
        self.coordinator.pushed(self.id);
    }

    /// Calls `read` with the next message, if there is one.
    pub fn take(&self, read: impl FnOnce(&[T::Item])) {
        if !self.coordinator.pop(self.id) {
            return;
        }
        let mut buffer = lock(&self.buffers)
            .waiting
            .pop_front()
            .expect("a message that is counted is there");
        read(&buffer);
        buffer.clear();
        lock(&self.buffers).spare.push(buffer);
    }

    /// Calls `read` with the next message, if there is one, and leaves it there.
    fn peek(&self, read: impl FnOnce(&[T::Item])) {
        if let Some(buffer) = lock(&self.buffers).waiting.front() {
            read(buffer);
        }
    }
}

impl<T: Payload> fmt::Debug for BoundedQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoundedQueue {}", self.id.index())
    }
}

/// A [`BoundedQueue`] without its payload type.
pub trait ErasedQueue: Send + Sync {
    /// The receiving end: a ring of `len` elements, and the reader that fills it.
    fn reader(self: Arc<Self>, len: usize) -> (ErasedRing, Box<dyn QueueReader>);

    /// The sending end of a task with steps.
    fn forwarder(self: Arc<Self>, from: ForwardedPort<'_>) -> Box<dyn Forward>;

    /// Drops every message; [`Coordinator::set_len`] sets their count.
    fn clear(&self);

    /// Appends all messages, as a `Vec` of `Vec`s of items.
    fn save(&self, bytes: &mut Vec<u8>);

    /// Replaces the messages by those that were saved, of `len` elements each. Returns their number,
    /// which is to be counted.
    ///
    /// # Errors
    /// [`PersistError`] if they are no messages of this length; the queue is as it was.
    fn load(&self, len: usize, bytes: &mut &[u8]) -> Result<usize, PersistError>;

    /// Upcasts, to be downcast to `BoundedQueue<T>`.
    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// The out-port whose messages a forwarder sends on.
#[derive(Debug)]
pub struct ForwardedPort<'a> {
    /// The participant that the sending task belongs to.
    pub sender: ParticipantId,
    /// The messages of the port.
    pub ring: &'a ErasedRing,
    /// The number of elements of a message.
    pub len: usize,
    /// The delay in steps.
    pub delay: u64,
    /// The clock of the sending task.
    pub clock: &'a Arc<Clock>,
}

impl<T: Payload> ErasedQueue for BoundedQueue<T> {
    fn reader(self: Arc<Self>, len: usize) -> (ErasedRing, Box<dyn QueueReader>) {
        let ring = ErasedRing::new::<T>(len, 1);
        let writer = ring.writer::<T>();
        let filler = RingFiller {
            queue: self,
            writer,
        };
        (ring, Box::new(filler))
    }

    fn forwarder(self: Arc<Self>, from: ForwardedPort<'_>) -> Box<dyn Forward> {
        Box::new(Forwarder {
            sender: from.sender,
            ring: from.ring.downcast::<T>(),
            delay: from.delay,
            clock: Arc::clone(from.clock),
            silence: vec![T::Item::default(); from.len],
            queue: self,
        })
    }

    fn clear(&self) {
        lock(&self.buffers).waiting.clear();
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        lock(&self.buffers).waiting.save(bytes);
    }

    fn load(&self, len: usize, bytes: &mut &[u8]) -> Result<usize, PersistError> {
        let messages = VecDeque::<Vec<T::Item>>::load(bytes)?;
        if !messages.iter().all(|items| T::is_message(items, len)) {
            return Err(no_message(len));
        }
        let count = messages.len();
        lock(&self.buffers).waiting = messages;
        Ok(count)
    }

    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// Reads a queue on behalf of an in-port.
pub trait QueueReader: Send {
    /// Makes the next message of the queue, if there is one, the message of step `tick`.
    fn fill(&mut self, tick: u64);

    /// As [`fill`](QueueReader::fill), but leaves the message in the queue.
    fn peek(&mut self, tick: u64);
}

/// Moves messages from a queue into the ring that an in-port reads.
struct RingFiller<T: Payload> {
    queue: Arc<BoundedQueue<T>>,
    writer: RingWriter<T>,
}

impl<T: Payload> QueueReader for RingFiller<T> {
    fn fill(&mut self, tick: u64) {
        let RingFiller { queue, writer } = self;
        queue.take(|items| write(writer, tick, items));
    }

    fn peek(&mut self, tick: u64) {
        let RingFiller { queue, writer } = self;
        queue.peek(|items| write(writer, tick, items));
    }
}

/// Writes the message of step `tick`.
fn write<T: Payload>(writer: &mut RingWriter<T>, tick: u64, items: &[T::Item]) {
    writer.write(tick, |row| {
        row[..items.len()].copy_from_slice(items);
        items.len()
    });
}

/// Sends the message of the current step on, out of the timing domain of its sender.
pub trait Forward: Send {
    /// Forwards the message of the current step; called once at the end of it.
    fn forward(&mut self);
}

/// Moves messages from a ring into a queue.
struct Forwarder<T: Payload> {
    sender: ParticipantId,
    ring: Arc<MessageRing<T>>,
    delay: u64,
    clock: Arc<Clock>,
    /// The message of a step in which nothing was sent.
    silence: Vec<T::Item>,
    queue: Arc<BoundedQueue<T>>,
}

impl<T: Payload> Forward for Forwarder<T> {
    fn forward(&mut self) {
        let step = self.clock.tick().saturating_sub(self.delay);
        let silent = T::silence(&mut self.silence);
        let message = self.ring.message(step);
        let items = message.unwrap_or(&self.silence[..silent]);
        self.queue.send(self.sender, items);
    }
}

/// Constructors of rings and queues for one payload type, captured where a port is declared.
#[derive(Clone, Copy, Debug)]
pub struct PayloadVTable {
    rings: fn(&[usize], usize) -> Vec<ErasedRing>,
    queue: fn(Arc<Coordinator>, QueueId) -> Arc<dyn ErasedQueue>,
    item_bytes: usize,
    layout: fn() -> String,
    save: SaveMessage,
    load: LoadMessage,
}

/// Appends a message that several rings hold, of a number of elements. Returns `false` if there is none.
type SaveMessage = fn(&[RingPart<'_>], usize, &mut Vec<u8>) -> bool;
/// Writes such a message to the rings.
type LoadMessage = fn(&[RingPart<'_>], usize, &mut &[u8]) -> Result<(), PersistError>;

impl PayloadVTable {
    /// The constructors for `T`.
    pub fn of<T: Payload>() -> PayloadVTable {
        PayloadVTable {
            rings: ErasedRing::joint::<T>,
            queue: |coordinator, id| Arc::new(BoundedQueue::<T>::new(coordinator, id)),
            item_bytes: size_of::<T::Item>(),
            layout: Vec::<T::Item>::layout,
            save: snapshot::save_message::<T>,
            load: snapshot::load_message::<T>,
        }
    }

    /// The layout of a message in a snapshot.
    pub fn layout(self) -> String {
        (self.layout)()
    }

    /// Appends the message of `len` elements that rings hold, if there is one. Returns `true` if there
    /// is.
    pub fn save(self, rings: &[RingPart<'_>], len: usize, bytes: &mut Vec<u8>) -> bool {
        (self.save)(rings, len, bytes)
    }

    /// Writes a message of `len` elements that was saved to rings.
    ///
    /// # Errors
    /// [`PersistError`] if it is no such message; the rings are as they were.
    pub fn load(
        self,
        rings: &[RingPart<'_>],
        len: usize,
        bytes: &mut &[u8],
    ) -> Result<(), PersistError> {
        (self.load)(rings, len, bytes)
    }

    /// The memory of a ring for messages of `len` elements over `depth` steps.
    pub fn ring_bytes(self, len: usize, depth: usize) -> u64 {
        let items = depth.next_power_of_two() as u64 * len as u64;
        items * self.item_bytes as u64
    }

    /// The memory of `messages` messages of `len` elements in a queue.
    pub fn queue_bytes(self, len: usize, messages: usize) -> u64 {
        (messages as u64).saturating_mul((len * self.item_bytes) as u64)
    }

    /// A ring for messages of each length over `depth` steps; those of one step lie side by side.
    pub fn joint_rings(self, lens: &[usize], depth: usize) -> Vec<ErasedRing> {
        (self.rings)(lens, depth)
    }

    /// The queue with this id at the coordinator.
    pub fn queue(self, coordinator: &Arc<Coordinator>, id: QueueId) -> Arc<dyn ErasedQueue> {
        (self.queue)(Arc::clone(coordinator), id)
    }
}
