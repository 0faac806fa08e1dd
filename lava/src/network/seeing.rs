//! Looking at a network that runs, and at what a run has cost.

use std::sync::Arc;
use std::time::Duration;

use super::Network;
use super::state::{Shared, Stage};
use crate::Result;
use crate::monitor::{Delay, Profile, ProfileRow, Watchdog};
use crate::runtime::{Activity, Engine, RunError};

impl<C> Network<C> {
    /// Measures from now on what each model does and how long it takes, or no longer. What was
    /// measured before is forgotten. Measuring costs some 50 ns a model and step; meanwhile all
    /// models stay with the workers that they have.
    ///
    /// # Errors
    /// [`RunError::Running`] during a run, [`RunError::Stopped`] after `stop`.
    pub fn measure(&self, on: bool) -> Result<()> {
        let mut state = self.shared.lock();
        match &state.stage {
            Stage::Building { .. } => {}
            Stage::Ready(engine) | Stage::Halted { engine, .. } => engine.measure(on),
            Stage::Running(_) | Stage::Busy => return Err(RunError::Running.into()),
            Stage::Stopped(_) => return Err(RunError::Stopped.into()),
        }
        state.graph.measured = on;
        Ok(())
    }

    /// What the models have done since [`measure`](Network::measure) was called.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant(1.0).vth(0.5).name("lif"))?;
    /// net.measure(true)?;
    /// net.run(RunSteps(100))?;
    /// let profile = net.profile()?;
    /// assert_eq!((profile.rows[0].process.as_str(), profile.rows[0].sent), ("lif", 300));
    /// println!("{profile}");
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Running`] during a run, [`RunError::Stopped`] after `stop`.
    pub fn profile(&self) -> Result<Profile> {
        let state = self.shared.lock();
        match &state.stage {
            Stage::Building { .. } => Ok(Profile::default()),
            Stage::Ready(_) | Stage::Halted { .. } if !state.graph.measured => {
                Ok(Profile::default())
            }
            Stage::Ready(engine) | Stage::Halted { engine, .. } => Ok(profile(engine)),
            Stage::Running(_) | Stage::Busy => Err(RunError::Running.into()),
            Stage::Stopped(_) => Err(RunError::Stopped.into()),
        }
    }

    /// Watches the network while it runs: has `report` called, on a thread of its own, when a worker
    /// has been at the same model, or has waited for others, for longer than `limit`. Each delay is
    /// reported once. Dropping the watchdog ends it.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # use std::time::Duration;
    /// # fn main() -> lava::Result<()> {
    /// # let net = Network::<Loihi1SimCfg>::new();
    /// # let lif: Lif = net.add(Lif::shape([3]))?;
    /// let watchdog = net.watch(Duration::from_secs(10), |delays| {
    ///     delays.iter().for_each(|delay| eprintln!("{delay}"));
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
        report: impl FnMut(&[Delay]) + Send + 'static,
    ) -> Result<Watchdog> {
        Watchdog::start(Arc::downgrade(&self.shared), limit, report)
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
    /// net.show_progress(true);
    /// net.run(RunSteps(1000))?;
    /// # net.stop()
    /// # }
    /// ```
    pub fn show_progress(&self, on: bool) {
        let progress = &self.shared.callbacks.progress;
        progress.store(on, std::sync::atomic::Ordering::Relaxed);
    }
}

#[cfg(feature = "progress")]
impl super::callback::Callbacks {
    /// The bar of a run, if it has one. A run without a thread for it goes on without it.
    pub(super) fn bar(&self, engine: &Arc<Engine>, steps: u64) -> Option<crate::monitor::Progress> {
        let on = self.progress.load(std::sync::atomic::Ordering::Relaxed);
        let bar = on.then(|| crate::monitor::Progress::start(Arc::clone(engine), steps));
        bar?.ok()
    }
}

impl Shared {
    /// What the workers are at, and the models that run by themselves; nothing between runs.
    pub(crate) fn activities(&self) -> Vec<(Option<usize>, u64, Option<Activity>)> {
        match &self.lock().stage {
            Stage::Running(engine) => engine.activities(),
            _ => Vec::new(),
        }
    }
}

fn profile(engine: &Engine) -> Profile {
    let rows = engine.measures().into_iter().map(|(worker, measure)| {
        let label = engine.floor().label(measure.part);
        ProfileRow {
            process: label.process.to_string(),
            model: label.model,
            worker,
            steps: measure.steps,
            time: measure.time,
            sent: measure.sent,
        }
    });
    Profile {
        rows: rows.collect(),
    }
}
