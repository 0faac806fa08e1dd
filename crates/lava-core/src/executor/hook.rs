//! Hooks at the end of a step.

use super::tasks::Tasks;

/// An observer that is called at the end of every step; belongs to a probe.
pub trait StepHook: Send {
    /// Reserves memory for `steps` more steps. Returns `false` if the hook is no longer needed.
    fn reserve(&mut self, steps: u64) -> bool;

    /// Observes the current step.
    fn on_step_end(&mut self, tasks: &Tasks);

    /// Drops what was observed.
    fn clear(&mut self);
}
