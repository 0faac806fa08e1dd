//! Readiness of the outside world.

/// A source outside the network that a task needs in a step: the step begins when it is ready.
pub trait Readiness: Send + Sync {
    /// Returns `true` if steps wait for this source.
    fn blocks_step(&self) -> bool;

    /// Waits until the source is ready, or cannot become ready any more. Returns `false` if `ended`
    /// became true first.
    fn wait_ready(&self, ended: &dyn Fn() -> bool) -> bool;

    /// Wakes the waiting threads, to check again whether the run has ended.
    fn wake(&self);
}
