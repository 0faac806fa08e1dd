//! Rings whose payload is not known, for those that make, reset and exchange them.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::message::{put_message, take_message};
use super::{MessageRing, RingWriter};
use crate::data::{Payload, PersistError};

/// A [`MessageRing`] without its payload type.
#[derive(Clone)]
pub struct ErasedRing {
    ring: Arc<dyn Any + Send + Sync>,
    reset: fn(&dyn Any),
    message_len: fn(&dyn Any, u64) -> usize,
    put: fn(&dyn Any, u64, &mut Vec<u8>),
    take: fn(&ErasedRing, u64, &mut &[u8]) -> Result<(), PersistError>,
}

impl ErasedRing {
    /// A ring for messages of `len` elements over `depth` steps.
    pub fn new<T: Payload>(len: usize, depth: usize) -> ErasedRing {
        ErasedRing::of(MessageRing::<T>::new(len, depth))
    }

    /// Rings for messages of these lengths over `depth` steps, made jointly: the messages of one step
    /// lie side by side.
    pub fn joint<T: Payload>(lens: &[usize], depth: usize) -> Vec<ErasedRing> {
        let rings = MessageRing::<T>::joint(lens, depth);
        rings.into_iter().map(ErasedRing::of).collect()
    }

    fn of<T: Payload>(ring: MessageRing<T>) -> ErasedRing {
        ErasedRing {
            ring: Arc::new(ring),
            reset: |ring| {
                if let Some(ring) = ring.downcast_ref::<MessageRing<T>>() {
                    ring.reset();
                }
            },
            message_len: |ring, step| {
                let ring = ring.downcast_ref::<MessageRing<T>>();
                let message = ring.and_then(|ring| ring.message(step));
                message.map_or(0, <[T::Item]>::len)
            },
            put: |ring, step, bytes| {
                if let Some(ring) = ring.downcast_ref::<MessageRing<T>>() {
                    put_message::<T>(ring.message(step), bytes);
                }
            },
            take: take_message::<T>,
        }
    }

    /// The ring with its payload type.
    ///
    /// # Panics
    /// If the ring carries another payload.
    pub fn downcast<T: Payload>(&self) -> Arc<MessageRing<T>> {
        Arc::clone(&self.ring)
            .downcast()
            .expect("a ring carries the payload of its port")
    }

    /// The writing end, for a model-side out-port (invariant 2).
    ///
    /// # Panics
    /// If the ring carries another payload.
    pub fn writer<T: Payload>(&self) -> RingWriter<T> {
        RingWriter(self.downcast())
    }

    /// Drops every message.
    pub fn reset(&self) {
        (self.reset)(self.ring.as_ref());
    }

    /// Appends the message of `step`, for another rank; called by a reader.
    pub fn put_message(&self, step: u64, bytes: &mut Vec<u8>) {
        (self.put)(self.ring.as_ref(), step, bytes);
    }

    /// Writes a message that another rank has [put](ErasedRing::put_message) as that of `step`: of a ring
    /// whose out-port is on that rank (invariant 2).
    ///
    /// # Errors
    /// [`PersistError`] if it is no message of this length.
    pub fn take_message(&self, step: u64, bytes: &mut &[u8]) -> Result<(), PersistError> {
        (self.take)(self, step, bytes)
    }

    /// The number of items of the message of `step`; asked by the worker that wrote it.
    pub fn message_len(&self, step: u64) -> usize {
        (self.message_len)(self.ring.as_ref(), step)
    }
}

impl fmt::Debug for ErasedRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErasedRing")
    }
}
