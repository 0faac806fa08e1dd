//! The schedules in which a scenario is run.

use lava_core::sync::{alive, forget_threads};
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

/// Schedules drawn step by step.
const RANDOM: usize = 300;
/// Schedules of threads with priorities that change at a few places: they find what needs a
/// particular thread to be late.
const PRIORITIES: usize = 200;
/// The number of places at which priorities change.
const CHANGES: usize = 3;
/// The stack of a thread in bytes.
const STACK: usize = 1 << 19;
/// The seed of all schedules.
const SEED: u64 = 1;

/// Runs `scenario` in 500 schedules, the same in every run of the tests. In each it must come to an
/// end and join every thread that the library has spawned.
pub(crate) fn check(scenario: fn()) {
    check_with(scenario, RandomScheduler::new_from_seed(SEED, RANDOM));
    check_with(
        scenario,
        PctScheduler::new_from_seed(SEED, CHANGES, PRIORITIES),
    );
}

/// Runs `scenario` in `schedules` schedules that are drawn step by step.
pub(crate) fn check_random(schedules: usize, scenario: fn()) {
    check_seeded(schedules, SEED, scenario);
}

/// Runs `scenario` in `schedules` schedules of this seed, three of four drawn step by step, the others
/// by priorities.
pub(crate) fn check_seeded(
    schedules: usize,
    seed: u64,
    scenario: impl Fn() + Clone + Send + Sync + 'static,
) {
    let priorities = schedules / 4;
    let random = RandomScheduler::new_from_seed(seed, schedules - priorities);
    check_with(scenario.clone(), random);
    if priorities > 0 {
        let scheduler = PctScheduler::new_from_seed(seed, CHANGES, priorities);
        check_with(scenario, scheduler);
    }
}

fn check_with(scenario: impl Fn() + Send + Sync + 'static, scheduler: impl Scheduler + 'static) {
    let mut config = Config::new();
    config.stack_size = STACK;
    config.max_steps = MaxSteps::FailAfter(100_000);
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(move || {
        forget_threads();
        scenario();
        assert_eq!(alive(), 0, "every thread is joined");
    });
}
