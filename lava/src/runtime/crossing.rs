//! The way of messages between models that do not keep the same time: bounded queues, in order.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

use super::clock::Clock;
use super::floor::{Floor, Recorder};
use super::hub::Hub;
use super::shared::{AnyOutlet, Outlet, Writer};
use super::sync::{Mutex, lock};
use crate::process::Payload;

/// The messages on their way through one connection.
pub(crate) struct Queue<T: Payload> {
    hub: Arc<Hub>,
    number: usize,
    messages: Mutex<Messages<T::Item>>,
}

struct Messages<I> {
    waiting: VecDeque<Vec<I>>,
    /// Buffers to be used again.
    spare: Vec<Vec<I>>,
}

impl<T: Payload> Queue<T> {
    /// The queue that has this number at the hub.
    pub(super) fn new(hub: Arc<Hub>, number: usize) -> Queue<T> {
        Queue {
            hub,
            number,
            messages: Mutex::new(Messages {
                waiting: VecDeque::new(),
                spare: Vec::new(),
            }),
        }
    }

    /// Sends a message, waiting for room.
    pub(crate) fn send(&self, party: usize, items: &[T::Item]) {
        if !self.hub.await_room(party, self.number) {
            return;
        }
        let messages = &mut *lock(&self.messages);
        let mut buffer = messages.spare.pop().unwrap_or_default();
        buffer.extend_from_slice(items);
        messages.waiting.push_back(buffer);
        self.hub.arrived(self.number);
    }

    /// Has `read` read the next message, if there is one.
    pub(crate) fn take(&self, read: impl FnOnce(&[T::Item])) {
        if !self.hub.take(self.number) {
            return;
        }
        let mut buffer = lock(&self.messages)
            .waiting
            .pop_front()
            .expect("a message that is counted is there");
        read(&buffer);
        buffer.clear();
        lock(&self.messages).spare.push(buffer);
    }
}

/// A [`Queue`] whose payload is forgotten.
pub(crate) trait AnyQueue: Send + Sync {
    /// The receiving end: an outlet of so many elements, and what fills it.
    fn inlet(self: Arc<Self>, len: usize) -> (AnyOutlet, Box<dyn Inlet>);
    /// The sending end of a model that has steps: what is sent through `outlet`, whose messages have
    /// `len` elements, goes into the queue `delay` steps later.
    fn feeder(
        self: Arc<Self>,
        party: usize,
        outlet: &AnyOutlet,
        len: usize,
        delay: u64,
        clock: &Arc<Clock>,
    ) -> Box<dyn Recorder>;
    /// Forgets every message; [`Hub::clear`] forgets that they are there.
    fn clear(&self);
    /// The queue, to be taken for what it is.
    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<T: Payload> AnyQueue for Queue<T> {
    fn inlet(self: Arc<Self>, len: usize) -> (AnyOutlet, Box<dyn Inlet>) {
        let outlet = AnyOutlet::new::<T>(len, 1);
        let writer = outlet.writer::<T>();
        (
            outlet,
            Box::new(Filled {
                queue: self,
                writer,
            }),
        )
    }

    fn feeder(
        self: Arc<Self>,
        party: usize,
        outlet: &AnyOutlet,
        len: usize,
        delay: u64,
        clock: &Arc<Clock>,
    ) -> Box<dyn Recorder> {
        Box::new(Feeder {
            party,
            outlet: outlet.of::<T>(),
            delay,
            clock: Arc::clone(clock),
            silence: vec![T::Item::default(); len],
            queue: self,
        })
    }

    fn clear(&self) {
        lock(&self.messages).waiting.clear();
    }

    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// Brings messages out of a queue to where an in-port looks for them.
pub(crate) trait Inlet: Send {
    /// Makes the next message of the queue, if there is one, the message of step `tick`.
    fn fill(&mut self, tick: u64);
}

struct Filled<T: Payload> {
    queue: Arc<Queue<T>>,
    writer: Writer<T>,
}

impl<T: Payload> Inlet for Filled<T> {
    fn fill(&mut self, tick: u64) {
        let Filled { queue, writer } = self;
        queue.take(|items| {
            writer.write(tick, |row| {
                row[..items.len()].copy_from_slice(items);
                items.len()
            });
        });
    }
}

/// Puts the message of each step into a queue.
struct Feeder<T: Payload> {
    party: usize,
    outlet: Arc<Outlet<T>>,
    delay: u64,
    clock: Arc<Clock>,
    /// The message of a step in which nothing was sent, for payloads that have a value for each
    /// element.
    silence: Vec<T::Item>,
    queue: Arc<Queue<T>>,
}

impl<T: Payload> Recorder for Feeder<T> {
    fn prepare(&mut self, _: u64) -> bool {
        true
    }

    fn record(&mut self, _: &Floor) {
        let step = self.clock.tick().saturating_sub(self.delay);
        let silent = T::silence(&mut self.silence);
        let message = self.outlet.message(step);
        let items = message.unwrap_or(&self.silence[..silent]);
        self.queue.send(self.party, items);
    }

    fn clear(&mut self) {}
}

/// Makes what carries the messages of an out-port whose payload is known.
#[derive(Clone, Copy)]
pub(crate) struct Carrier {
    outlet: fn(usize, usize) -> AnyOutlet,
    queue: fn(Arc<Hub>, usize) -> Arc<dyn AnyQueue>,
}

impl Carrier {
    pub(crate) fn of<T: Payload>() -> Carrier {
        Carrier {
            outlet: AnyOutlet::new::<T>,
            queue: |hub, number| Arc::new(Queue::<T>::new(hub, number)),
        }
    }

    /// An outlet of so many elements that keeps the messages of `depth` steps.
    pub(crate) fn outlet(self, len: usize, depth: usize) -> AnyOutlet {
        (self.outlet)(len, depth)
    }

    /// The queue that has this number at the hub.
    pub(super) fn queue(self, hub: &Arc<Hub>, number: usize) -> Arc<dyn AnyQueue> {
        (self.queue)(Arc::clone(hub), number)
    }
}
