//! How often, and in which orders.

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

use crate::sync::{alive, forget_threads};

/// Schedules drawn step by step.
const RANDOM: usize = 300;
/// Schedules of threads with priorities that change at a few places: they find what needs a
/// particular thread to be late.
const PRIORITIES: usize = 200;
/// At how many places.
const CHANGES: usize = 3;

/// Runs what `scenario` does in many orders; always in the same ones. In all of them it must come
/// to an end, with every thread.
pub(crate) fn check(scenario: fn()) {
    check_with(scenario, RandomScheduler::new_from_seed(1, RANDOM));
    check_with(
        scenario,
        PctScheduler::new_from_seed(1, CHANGES, PRIORITIES),
    );
}

fn check_with(scenario: fn(), scheduler: impl Scheduler + 'static) {
    let mut config = Config::new();
    config.stack_size = 1 << 18;
    config.max_steps = MaxSteps::FailAfter(100_000);
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(move || {
        forget_threads();
        scenario();
        assert_eq!(alive(), 0, "every thread is joined");
    });
}
