//! A thread that looks after something again and again.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

/// Looks every so often, until it is dropped or there is nothing left to look at.
#[derive(Debug)]
pub(super) struct Ticker {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Has `look` called `every` so often, as long as it returns true, on a thread of this name.
    pub(super) fn start(
        name: &str,
        every: Duration,
        mut look: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Ticker> {
        let (end, ended) = bounded(0);
        let watch =
            move || while ended.recv_timeout(every) == Err(RecvTimeoutError::Timeout) && look() {};
        let thread = thread::Builder::new().name(name.to_owned());
        Ok(Ticker {
            end: Some(end),
            thread: Some(thread.spawn(watch)?),
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.end.take());
        let thread = self.thread.take();
        // A look that drops the ticker itself cannot wait for itself.
        let elsewhere = |thread: &JoinHandle<()>| thread.thread().id() != thread::current().id();
        if let Some(thread) = thread.filter(elsewhere) {
            // A panic of the user's code in there is no panic of whoever drops the ticker.
            let _ = thread.join();
        }
    }
}
