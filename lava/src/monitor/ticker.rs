//! A thread that looks after something again and again.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use lava_core::sync::{
    Condvar, Deadline, JoinHandle, Mutex, is_current, lock, spawn, wait, wait_until,
};

/// Looks every so often, until it is dropped or there is nothing left to look at.
#[derive(Debug)]
pub(super) struct Ticker {
    end: Arc<EndSignal>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Has `look` called `every` so often, as long as it returns true, on a thread of this name.
    pub(super) fn start(
        name: &str,
        every: Duration,
        mut look: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Ticker> {
        let end = Arc::new(EndSignal::default());
        let signal = Arc::clone(&end);
        let watch = move || while !signal.wait(every) && look() {};
        Ok(Ticker {
            end,
            thread: Some(spawn(name.to_owned(), watch)?),
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.end.send();
        let thread = self.thread.take();
        // A look that drops the ticker itself cannot wait for itself.
        if let Some(thread) = thread.filter(|thread| !is_current(thread)) {
            // A panic of the user's code in there is no panic of whoever drops the ticker.
            let _ = thread.join();
        }
    }
}

/// Tells the thread of a ticker to end.
#[derive(Debug, Default)]
struct EndSignal {
    is_sent: Mutex<bool>,
    sent: Condvar,
}

impl EndSignal {
    fn send(&self) {
        *lock(&self.is_sent) = true;
        self.sent.notify_one();
    }

    /// Waits for the signal, for at most `timeout`. Returns `true` if it was sent.
    fn wait(&self, timeout: Duration) -> bool {
        let deadline = Deadline::after(timeout);
        let (mut is_sent, mut timed_out) = (lock(&self.is_sent), false);
        while !*is_sent && !timed_out {
            (is_sent, timed_out) = match deadline {
                None => (wait(&self.sent, is_sent), false),
                Some(deadline) => wait_until(&self.sent, is_sent, deadline),
            };
        }
        *is_sent
    }
}
