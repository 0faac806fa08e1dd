//! A bar that shows how far a run has come.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::ticker::Ticker;
use crate::engine::Engine;

/// How often the bar moves.
const EVERY: Duration = Duration::from_millis(100);

/// The bar of a run, on standard error if that is a terminal, until it is dropped.
pub(crate) struct Progress {
    _ticker: Ticker,
}

/// Goes away with the thread that shows it.
struct Shown(ProgressBar);

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Progress {
    /// Shows how far a run of so many steps has come; one without end counts.
    pub(crate) fn start(engine: Arc<Engine>, steps: u64) -> io::Result<Progress> {
        let (shown, first) = (Shown(bar(steps)), engine.time_step());
        let show = move || {
            let Shown(bar) = &shown;
            bar.set_position(engine.time_step() - first);
            true
        };
        Ok(Progress {
            _ticker: Ticker::start("lava progress", EVERY, show)?,
        })
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
