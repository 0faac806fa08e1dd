//! An unbounded channel made of the model checker's own lock and condition variable.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::RecvError;

use super::{Condvar, Mutex, lock, wait};

/// Makes a channel without a bound.
pub fn unbounded<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let channel = Arc::new(UnboundedQueue {
        queue: Mutex::new(Unread {
            values: VecDeque::new(),
            closed: false,
        }),
        changed: Condvar::new(),
    });
    (
        UnboundedSender(Arc::clone(&channel)),
        UnboundedReceiver(channel),
    )
}

struct UnboundedQueue<T> {
    queue: Mutex<Unread<T>>,
    changed: Condvar,
}

struct Unread<T> {
    values: VecDeque<T>,
    closed: bool,
}

/// The sending end; dropping it closes the channel.
#[derive(Debug)]
pub struct UnboundedSender<T>(Arc<UnboundedQueue<T>>);

/// The receiving end.
#[derive(Debug)]
pub struct UnboundedReceiver<T>(Arc<UnboundedQueue<T>>);

impl<T> std::fmt::Debug for UnboundedQueue<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnboundedQueue")
    }
}

impl<T> UnboundedSender<T> {
    /// Sends a value.
    ///
    /// # Errors
    /// None: the signature is that of crossbeam's channel.
    pub fn send(&self, value: T) -> Result<(), RecvError> {
        lock(&self.0.queue).values.push_back(value);
        self.0.changed.notify_one();
        Ok(())
    }
}

impl<T> Drop for UnboundedSender<T> {
    fn drop(&mut self) {
        lock(&self.0.queue).closed = true;
        self.0.changed.notify_one();
    }
}

impl<T> UnboundedReceiver<T> {
    /// Receives the next value.
    ///
    /// # Errors
    /// If the channel is empty and closed.
    pub fn recv(&self) -> Result<T, RecvError> {
        let mut queue = lock(&self.0.queue);
        loop {
            match queue.values.pop_front() {
                Some(value) => return Ok(value),
                None if queue.closed => return Err(RecvError),
                None => queue = wait(&self.0.changed, queue),
            }
        }
    }

    /// Returns `true` if a [`recv`](UnboundedReceiver::recv) would wait.
    pub fn is_empty(&self) -> bool {
        lock(&self.0.queue).values.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a UnboundedReceiver<T> {
    type Item = T;
    type IntoIter = Box<dyn Iterator<Item = T> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(std::iter::from_fn(|| self.recv().ok()))
    }
}
