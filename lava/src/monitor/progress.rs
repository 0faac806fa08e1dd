//! The progress bar of a run.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use lava_core::executor::RunError;
use lava_core::lifecycle::RunControl;

use super::ticker::Ticker;
use crate::engine::Engine;

/// The time between two updates.
const INTERVAL: Duration = Duration::from_millis(100);

/// Shows the bar of a run until it is dropped, on standard error if that is a terminal.
pub(crate) struct RunProgress {
    _ticker: Ticker,
}

/// A bar that is removed when it is dropped.
struct VisibleBar(ProgressBar);

impl Drop for VisibleBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl RunProgress {
    /// Starts the bar of a run of `steps` steps; a run without end gets a counter.
    pub(crate) fn start(engine: Arc<Engine>, steps: u64) -> Result<RunProgress, RunError> {
        let (visible, first) = (VisibleBar(bar(steps)), engine.time_step());
        let show = move || {
            let VisibleBar(bar) = &visible;
            bar.set_position(engine.time_step() - first);
            true
        };
        Ok(RunProgress {
            _ticker: Ticker::start(
                "lava progress",
                "shows the progress of a run",
                INTERVAL,
                show,
            )?,
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
