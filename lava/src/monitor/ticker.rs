//! A thread that calls a function at intervals.

use std::sync::Arc;
use std::time::Duration;

use lava_core::executor::RunError;
use lava_core::sync::{
    Condvar, Deadline, JoinHandle, Mutex, is_current, lock, spawn, wait, wait_until,
};

/// Calls a function at intervals, until it is dropped or the function returns `false`.
#[derive(Debug)]
pub(crate) struct Ticker {
    end: Arc<EndSignal>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Spawns a thread named `name` that calls `tick` every `interval`, as long as it returns `true`;
    /// `purpose` is its work, in words.
    pub(crate) fn start(
        name: &str,
        purpose: &str,
        interval: Duration,
        mut tick: impl FnMut() -> bool + Send + 'static,
    ) -> Result<Ticker, RunError> {
        let end = Arc::new(EndSignal::default());
        let signal = Arc::clone(&end);
        let body = move || while !signal.wait(interval) && tick() {};
        match spawn(name.to_owned(), body) {
            Ok(thread) => Ok(Ticker {
                end,
                thread: Some(thread),
            }),
            Err(cause) => Err(RunError::Thread {
                name: name.to_owned(),
                purpose: purpose.to_owned(),
                cause,
            }),
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.end.send();
        let thread = self.thread.take();
        // A tick that drops the ticker cannot join its own thread.
        if let Some(thread) = thread.filter(|thread| !is_current(thread)) {
            // A panic of the user's function must not panic here.
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
