//! The progress bar of a run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use lava_core::executor::RunError;
use lava_core::lifecycle::RunControl;

use super::ticker::Ticker;
use crate::engine::Engine;
use crate::units::Time;

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
    /// Starts the bar of a run of `steps` steps of `dt`; a run without end gets a counter.
    pub(crate) fn start(
        engine: Arc<Engine>,
        steps: u64,
        dt: Option<Time>,
    ) -> Result<RunProgress, RunError> {
        let (visible, first, start) = (VisibleBar(bar(steps)), engine.time_step(), Instant::now());
        let show = move || {
            let VisibleBar(bar) = &visible;
            let done = engine.time_step().saturating_sub(first);
            bar.set_position(done);
            bar.set_message(message(done, steps, dt, start.elapsed()));
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
        u64::MAX => (ProgressBar::no_length(), "{spinner} {msg}"),
        _ => (ProgressBar::new(steps), "{bar:30} {msg}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The text beside the bar: steps, model time, real-time factor, and what is left.
fn message(done: u64, steps: u64, dt: Option<Time>, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let is_endless = steps == u64::MAX;
    let mut parts = vec![match is_endless {
        true => format!("step {done}"),
        false => format!("{done}/{steps} steps"),
    }];
    match dt.map(|dt| dt.in_ms() / 1000.0) {
        Some(dt) => {
            let model = done as f64 * dt;
            parts.push(match is_endless {
                true => format!("{} of the model", in_time(model)),
                false => format!(
                    "{} of {} of the model",
                    in_time(model),
                    in_time(steps as f64 * dt)
                ),
            });
            if model > 0.0 {
                parts.push(format!("RTF {:.3}", seconds / model));
            }
        }
        None if seconds > 0.0 => parts.push(format!("{:.0} steps/s", done as f64 / seconds)),
        None => {}
    }
    if !is_endless && done > 0 {
        let left = seconds * steps.saturating_sub(done) as f64 / done as f64;
        parts.push(format!("{} left", in_time(left)));
    }
    parts.join(", ")
}

/// A time in seconds, in the unit that suits it.
fn in_time(seconds: f64) -> String {
    match seconds {
        3600.0.. => format!(
            "{:.0} h {:02.0} min",
            (seconds / 3600.0).floor(),
            (seconds % 3600.0 / 60.0).floor()
        ),
        60.0.. => format!(
            "{:.0} min {:02.0} s",
            (seconds / 60.0).floor(),
            (seconds % 60.0).floor()
        ),
        1.0.. => format!("{seconds:.1} s"),
        _ => format!("{:.0} ms", 1e3 * seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ms;

    #[test]
    fn the_bar_says_how_many_steps_there_are() {
        assert_eq!(bar(7).length(), Some(7));
        assert_eq!(bar(u64::MAX).length(), None);
    }

    #[test]
    fn the_message_says_model_time_and_what_is_left() {
        let elapsed = Duration::from_secs(2);
        assert_eq!(
            message(5_000, 20_000, Some(0.1 * ms), elapsed),
            "5000/20000 steps, 500 ms of 2.0 s of the model, RTF 4.000, 6.0 s left"
        );
        assert_eq!(
            message(10, 40, None, elapsed),
            "10/40 steps, 5 steps/s, 6.0 s left"
        );
        assert_eq!(
            message(10, u64::MAX, Some(1.0 * ms), elapsed),
            "step 10, 10 ms of the model, RTF 200.000"
        );
        assert_eq!(
            message(0, 40, Some(1.0 * ms), elapsed),
            "0/40 steps, 0 ms of 40 ms of the model"
        );
        assert_eq!(
            [59.96, 75.0, 3725.0].map(in_time),
            ["60.0 s", "1 min 15 s", "1 h 02 min"]
        );
    }
}
