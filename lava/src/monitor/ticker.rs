//! A thread that calls a function at intervals.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

/// Calls a function at intervals, until it is dropped or the function returns `false`.
#[derive(Debug)]
pub(super) struct Ticker {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Spawns a thread named `name` that calls `tick` every `interval`, as long as it returns `true`.
    pub(super) fn start(
        name: &str,
        interval: Duration,
        mut tick: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Ticker> {
        let (end, ended) = bounded(0);
        let is_due = move || ended.recv_timeout(interval) == Err(RecvTimeoutError::Timeout);
        let body = move || while is_due() && tick() {};
        let thread = thread::Builder::new().name(name.to_owned());
        Ok(Ticker {
            end: Some(end),
            thread: Some(thread.spawn(body)?),
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.end.take());
        let thread = self.thread.take();
        // A tick that drops the ticker cannot join its own thread.
        let is_other = |thread: &JoinHandle<()>| thread.thread().id() != thread::current().id();
        if let Some(thread) = thread.filter(is_other) {
            // A panic of the user's function must not panic here.
            let _ = thread.join();
        }
    }
}
