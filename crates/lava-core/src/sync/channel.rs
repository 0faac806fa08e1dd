//! An unbounded channel made of the model checker's own lock and condition variable.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::RecvError;

use super::{Condvar, Mutex, lock, wait};

/// Makes a channel without a bound.
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel {
        queue: Mutex::new(Queue {
            values: VecDeque::new(),
            closed: false,
        }),
        changed: Condvar::new(),
    });
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

struct Channel<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

struct Queue<T> {
    values: VecDeque<T>,
    closed: bool,
}

/// The sending end; dropping it closes the channel.
#[derive(Debug)]
pub struct Sender<T>(Arc<Channel<T>>);

/// The receiving end.
#[derive(Debug)]
pub struct Receiver<T>(Arc<Channel<T>>);

impl<T> std::fmt::Debug for Channel<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Channel")
    }
}

impl<T> Sender<T> {
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

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        lock(&self.0.queue).closed = true;
        self.0.changed.notify_one();
    }
}

impl<T> Receiver<T> {
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

    /// Returns `true` if a [`recv`](Receiver::recv) would wait.
    pub fn is_empty(&self) -> bool {
        lock(&self.0.queue).values.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Box<dyn Iterator<Item = T> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(std::iter::from_fn(|| self.recv().ok()))
    }
}
