//! A bar that shows how far a run has come.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use indicatif::{ProgressBar, ProgressStyle};

use crate::Result;
use crate::runtime::Engine;

/// How often the bar moves.
const EVERY: Duration = Duration::from_millis(100);

/// The bar of a run, on standard error if that is a terminal, until it is dropped.
pub(crate) struct Progress {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Shows how far a run of so many steps has come; one without end counts.
    pub(crate) fn start(engine: Arc<Engine>, steps: u64) -> Result<Progress> {
        let (end, ended) = bounded(0);
        let bar = bar(steps);
        let first = engine.time_step();
        let show = move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(engine.time_step() - first);
            }
            bar.finish_and_clear();
        };
        let thread = thread::Builder::new().name("lava progress".to_owned());
        Ok(Progress {
            end: Some(end),
            thread: Some(thread.spawn(show)?),
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // Nothing in it panics.
            let _ = thread.join();
        }
    }
}

fn bar(steps: u64) -> ProgressBar {
    let (bar, template) = match steps {
        u64::MAX => (
            ProgressBar::no_length(),
            "{spinner} step {human_pos}, {per_sec}",
        ),
        _ => (
            ProgressBar::new(steps),
            "{bar:40} {human_pos}/{human_len} steps, {per_sec}, {eta} left",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_says_how_many_steps_there_are() {
        assert_eq!(bar(7).length(), Some(7));
        assert_eq!(bar(u64::MAX).length(), None);
    }
}
