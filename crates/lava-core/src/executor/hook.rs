//! Hooks at the end of a step.

use super::task::TaskError;
use super::tasks::Tasks;

/// An observer that is called at the end of every step; belongs to a probe.
pub trait StepHook: Send {
    /// Reserves memory for `steps` more steps. Returns `false` if the hook is no longer needed.
    fn reserve(&mut self, steps: u64) -> bool;

    /// Observes the current step.
    ///
    /// # Errors
    /// An error ends the run.
    fn on_step_end(&mut self, tasks: &Tasks) -> Result<(), TaskError>;

    /// Completes what was observed in a run.
    ///
    /// # Errors
    /// An error is one of the run.
    fn on_run_end(&mut self) -> Result<(), TaskError> {
        Ok(())
    }

    /// Drops what was observed from step `from` on: another rank has failed in it.
    fn withdraw(&mut self, from: u64);

    /// Drops what was observed.
    fn clear(&mut self);
}
