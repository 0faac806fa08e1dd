//! Profiles, watchdogs and progress bars of a network.

use std::sync::Arc;
#[cfg(feature = "progress")]
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

#[cfg(any(feature = "live", feature = "terminal"))]
use lava_core::executor::Requests;
use lava_core::executor::Status;
use lava_core::lifecycle::Stage;

use super::Network;
use super::inner::NetworkInner;
use crate::Result;
use crate::engine::{Engine, WorkerStats};
use crate::monitor::{Profile, ProfileRow, Stall, Watchdog};

impl<C> Network<C> {
    /// Turns profiling on or off: the measurement of the time and the messages of each model. Earlier
    /// measurements are dropped. Profiling costs about 50 ns per model and step, and no model moves
    /// to another worker meanwhile.
    ///
    /// # Errors
    /// [`StateError::Running`](crate::error::StateError::Running) during a run,
    /// [`StateError::Stopped`](crate::error::StateError::Stopped) after `stop`.
    pub fn set_profiling(&self, is_on: bool) -> Result<()> {
        let transition = self.shared.lifecycle.transition("starting to profile")?;
        match transition.engine() {
            Some(engine) => engine.set_profiling(is_on),
            None => transition.lock().data.is_profiled = is_on,
        }
        Ok(())
    }

    /// The measurements since [`set_profiling(true)`](Network::set_profiling); empty without it.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant(1.0).vth(0.5).name("lif"))?;
    /// net.set_profiling(true)?;
    /// net.run(RunSteps(100))?;
    /// let profile = net.profile()?;
    /// assert_eq!((profile.rows[0].process.as_str(), profile.rows[0].sent), ("lif", 300));
    /// println!("{profile}");
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::Running`](crate::error::StateError::Running) during a run,
    /// [`StateError::Stopped`](crate::error::StateError::Stopped) after `stop`.
    pub fn profile(&self) -> Result<Profile> {
        let transition = self.shared.lifecycle.transition("reading the profile")?;
        let engine = transition.engine();
        Ok(engine.map_or_else(Profile::default, |engine| profile(&engine)))
    }

    /// Starts a watchdog: a thread that calls `report` when a worker has run the same model, or has
    /// waited for others, for longer than `limit`. Each stall is reported once. Dropping the watchdog
    /// ends it.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # use std::time::Duration;
    /// # fn main() -> lava::Result<()> {
    /// # let net = Network::<Loihi1SimCfg>::new();
    /// # let lif: Lif = net.add(Lif::shape([3]))?;
    /// let watchdog = net.watch(Duration::from_secs(10), |stalls| {
    ///     stalls.iter().for_each(|stall| eprintln!("{stall}"));
    /// })?;
    /// net.run(RunSteps(100))?;
    /// drop(watchdog);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Thread`](crate::error::RunError::Thread) if no thread can be spawned.
    pub fn watch(
        &self,
        limit: Duration,
        report: impl FnMut(&[Stall]) + Send + 'static,
    ) -> Result<Watchdog> {
        let network = Arc::downgrade(&self.shared);
        let status = move || Some(network.upgrade()?.status());
        Ok(Watchdog::start(status, limit, report)?)
    }
}

#[cfg(feature = "progress")]
impl<C> Network<C> {
    /// Turns the progress bar of runs on or off. The bar, with model time, real-time factor and the
    /// time that is left, is shown on standard error, if that is a terminal, and removed at the end of
    /// the run. It does not slow a run down.
    ///
    /// Needs the feature `progress`.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]))?;
    /// net.set_progress_bar(true);
    /// net.run(RunSteps(1000))?;
    /// # net.stop()
    /// # }
    /// ```
    pub fn set_progress_bar(&self, is_on: bool) {
        self.shared.has_progress_bar.store(is_on, Relaxed);
    }
}

/// The questions and requests of a live view.
#[cfg(any(feature = "live", feature = "terminal"))]
impl<C> Network<C> {
    /// The time step, if it is known.
    pub(crate) fn dt(&self) -> Option<crate::units::Time> {
        self.shared.time_step.get()
    }

    /// The activity of each worker and independent task; empty between runs.
    pub(crate) fn status(&self) -> Vec<Status> {
        self.shared.status()
    }

    /// Returns `true` in code that the network calls.
    pub(crate) fn is_inside(&self) -> bool {
        self.shared.lifecycle.scope().is_some()
    }

    /// Returns `true` if a thread waits for the end of the run, or of the network.
    pub(crate) fn is_ending(&self) -> bool {
        self.shared.lock().is_ending()
    }

    /// Makes a change after the current step, or after the first one of the next run.
    pub(crate) fn queue_change(&self, change: super::callbacks::Change) {
        let mut state = self.shared.lock();
        state.data.changes.push(change);
        state.interrupt(Requests::SUSPEND);
    }
}

impl NetworkInner {
    /// The activity of each worker and independent task; empty between runs.
    pub(crate) fn status(&self) -> Vec<Status> {
        match self.lock().stage() {
            Stage::Running(engine) => engine.status(),
            _ => Vec::new(),
        }
    }
}

fn profile(engine: &Engine) -> Profile {
    let row = |WorkerStats { worker, stats }: WorkerStats| {
        let label = engine.label(stats.task);
        ProfileRow {
            process: label.process.to_string(),
            model: label.model,
            worker: worker.index(),
            steps: stats.steps,
            time: stats.time,
            sent: stats.sent,
        }
    };
    Profile {
        rows: engine.user_stats().into_iter().map(row).collect(),
    }
}
