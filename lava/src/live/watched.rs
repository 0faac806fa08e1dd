//! The network as a view sees it, whatever its run configuration.

use lava_core::executor::Status;

use crate::Network;
use crate::network::Change;
use crate::units::Time;

/// A network that is looked at.
pub(super) trait Watched: Send + Sync {
    /// The current step.
    fn time_step(&self) -> u64;
    /// The time step, if the network has one.
    fn dt(&self) -> Option<Time>;
    fn is_running(&self) -> bool;
    /// Returns `true` if somebody waits for the end of the run, or of the network.
    fn is_ending(&self) -> bool;
    /// The activity of each worker; empty between runs.
    fn status(&self) -> Vec<Status>;
    /// Makes a change between two steps, or now if there is no run.
    fn change(&self, change: Change) -> crate::Result<()>;
    /// Makes a change after the current step, or after the first one of the next run.
    fn queue_change(&self, change: Change);
}

impl<C: 'static> Watched for Network<C> {
    fn time_step(&self) -> u64 {
        Network::time_step(self)
    }

    fn dt(&self) -> Option<Time> {
        Network::dt(self)
    }

    fn is_running(&self) -> bool {
        Network::is_running(self)
    }

    fn is_ending(&self) -> bool {
        Network::is_ending(self)
    }

    fn status(&self) -> Vec<Status> {
        Network::status(self)
    }

    fn change(&self, change: Change) -> crate::Result<()> {
        self.at_next_step(change)
    }

    fn queue_change(&self, change: Change) {
        Network::queue_change(self, change);
    }
}
