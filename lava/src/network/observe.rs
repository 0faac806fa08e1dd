//! Looking at a network that runs, and at what a run has cost.

use std::sync::Arc;
use std::time::Duration;

use lava_core::executor::Status;

use super::Network;
use super::error::StateError;
use super::lifecycle::{Lifecycle, NetworkInner};
use crate::Result;
use crate::engine::{Engine, WorkerStats};
use crate::monitor::{Profile, ProfileRow, Stall, Watchdog};

impl<C> Network<C> {
    /// Measures from now on what each model does and how long it takes, or no longer. What was
    /// measured before is forgotten. Measuring costs some 50 ns a model and step; meanwhile all
    /// models stay with the workers that they have.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn set_profiling(&self, on: bool) -> Result<()> {
        let mut state = self.shared.lock();
        match &mut state.stage {
            Lifecycle::Building { is_profiled, .. } => *is_profiled = on,
            Lifecycle::Ready(engine) | Lifecycle::Halted { engine, .. } => engine.set_profiling(on),
            Lifecycle::Running(_) | Lifecycle::Transition => return Err(StateError::Running.into()),
            Lifecycle::Stopped(_) => return Err(StateError::Stopped.into()),
        }
        Ok(())
    }

    /// What the models have done since [`set_profiling`](Network::set_profiling) was called.
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
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn profile(&self) -> Result<Profile> {
        let state = self.shared.lock();
        match &state.stage {
            Lifecycle::Building { .. } => Ok(Profile::default()),
            Lifecycle::Ready(engine) | Lifecycle::Halted { engine, .. } => Ok(profile(engine)),
            Lifecycle::Running(_) | Lifecycle::Transition => Err(StateError::Running.into()),
            Lifecycle::Stopped(_) => Err(StateError::Stopped.into()),
        }
    }

    /// Watches the network while it runs: has `report` called, on a thread of its own, when a worker
    /// has been at the same model, or has waited for others, for longer than `limit`. Each stall is
    /// reported once. Dropping the watchdog ends it.
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
    /// Where no thread can be started.
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
    /// Shows, from now on, how far every run has come, or no longer: a bar on standard error, if that
    /// is a terminal, that goes away when the run is over. No run is the slower for it.
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
    pub fn set_progress_bar(&self, on: bool) {
        let progress = &self.shared.callbacks.progress;
        progress.store(on, std::sync::atomic::Ordering::Relaxed);
    }
}

#[cfg(feature = "progress")]
impl super::callbacks::Callbacks {
    /// The bar of a run, if it has one. A run without a thread for it goes on without it.
    pub(super) fn bar(&self, engine: &Arc<Engine>, steps: u64) -> Option<crate::monitor::Progress> {
        let on = self.progress.load(std::sync::atomic::Ordering::Relaxed);
        let bar = on.then(|| crate::monitor::Progress::start(Arc::clone(engine), steps));
        bar?.ok()
    }
}

impl NetworkInner {
    /// What the workers are at, and the models that run by themselves; nothing between runs.
    pub(crate) fn status(&self) -> Vec<Status> {
        match &self.lock().stage {
            Lifecycle::Running(engine) => engine.status(),
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
