//! Threads that wait for orders.

use super::sync::{JoinHandle, Receiver, Sender, spawn, unbounded};
use crate::Result;

/// A thread, and the channel that tells it what to do. Closing the channel sends it home.
pub(super) struct Hand<O> {
    orders: Option<Sender<O>>,
    thread: Option<JoinHandle<()>>,
}

impl<O: Send + 'static> Hand<O> {
    /// Starts a thread that serves until no more orders can come.
    pub(super) fn hire(
        name: String,
        serve: impl FnOnce(&Receiver<O>) + Send + 'static,
    ) -> Result<Hand<O>> {
        let (orders, commands) = unbounded();
        Ok(Hand {
            orders: Some(orders),
            thread: Some(spawn(name, move || serve(&commands))?),
        })
    }

    pub(super) fn order(&self, order: O) {
        if let Some(orders) = &self.orders {
            // A thread only goes home when the channel closes, so it is there to receive.
            let _ = orders.send(order);
        }
    }
}

impl<O> Drop for Hand<O> {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // It catches the panics of its models, so there is nothing to pass on.
            let _ = thread.join();
        }
    }
}
