//! Callbacks: user code before and after runs, and after steps.

use lava_core::executor::Requests;
use lava_core::sync::{Mutex, MutexGuard, lock};

use super::Network;
use super::error::StateError;
use super::lifecycle::Lifecycle;
use crate::Result;

/// The request of a step callback: see [`Network::on_step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepAction {
    /// Run the next step.
    Continue,
    /// End the run; the next one continues from here.
    Pause,
    /// End the run and halt the network, as [`Context::stop`](crate::model::Context::stop) does.
    Stop,
}

/// The callbacks of a network, and its progress bar.
#[derive(Default)]
pub(super) struct Callbacks {
    pub(super) on_run_start: CallbackList<dyn FnMut() + Send>,
    pub(super) on_run_end: CallbackList<dyn FnMut(u64) + Send>,
    pub(super) on_step: CallbackList<dyn FnMut(u64) -> StepAction + Send>,
    /// Runs show a progress bar.
    #[cfg(feature = "progress")]
    pub(super) has_progress_bar: std::sync::atomic::AtomicBool,
}

/// Callbacks of one kind, in the order of their registration.
pub(super) struct CallbackList<F: ?Sized>(Mutex<Vec<Box<F>>>);

impl<F: ?Sized> Default for CallbackList<F> {
    fn default() -> Self {
        CallbackList(Mutex::default())
    }
}

impl<F: ?Sized> CallbackList<F> {
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Vec<Box<F>>> {
        lock(&self.0)
    }

    /// Calls `call` with every callback. The list is empty meanwhile, because a callback may run the
    /// network.
    pub(super) fn each(&self, call: impl FnMut(&mut Box<F>)) {
        let mut calls = std::mem::take(&mut *self.lock());
        if calls.is_empty() {
            return;
        }
        calls.iter_mut().for_each(call);
        let mut registered = self.lock();
        calls.append(&mut registered);
        *registered = calls;
    }
}

impl Callbacks {
    /// Drops all callbacks.
    pub(super) fn clear(&self) {
        drop(std::mem::take(&mut *self.on_run_start.lock()));
        drop(std::mem::take(&mut *self.on_run_end.lock()));
        drop(std::mem::take(&mut *self.on_step.lock()));
    }
}

impl StepAction {
    /// The request to the executor.
    pub(super) fn request(self) -> Requests {
        match self {
            StepAction::Continue => Requests::NONE,
            StepAction::Pause => Requests::PAUSE,
            StepAction::Stop => Requests::STOP,
        }
    }
}

impl<C> Network<C> {
    /// Calls `callback` before the first step of every run, on the thread that runs the network. It
    /// can read and write Vars.
    ///
    /// A callback that owns a handle of its network keeps the network alive until it is stopped.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run.
    pub fn on_run_start(&self, callback: impl FnMut() + Send + 'static) -> Result<()> {
        let mut callbacks = self.between_runs()?.on_run_start.lock();
        callbacks.push(Box::new(callback));
        Ok(())
    }

    /// Calls `callback` after the last step of every run, with the number of that step, on the thread
    /// that runs the network; also after a run that has failed. It can read and write Vars.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run.
    pub fn on_run_end(&self, callback: impl FnMut(u64) + Send + 'static) -> Result<()> {
        let mut callbacks = self.between_runs()?.on_run_end.lock();
        callbacks.push(Box::new(callback));
        Ok(())
    }

    /// Calls `callback` after every step, with the number of the step; what it returns continues or
    /// ends the run. All workers wait for it. The network is running: its Vars cannot be read here,
    /// only recorded by probes.
    ///
    /// ```
    /// use lava::network::StepAction;
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]))?;
    /// net.on_step(|step| if step == 5 { StepAction::Pause } else { StepAction::Continue })?;
    /// net.run(RunSteps(100))?;
    /// assert_eq!(net.time_step(), 5);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::Running`] during a run.
    pub fn on_step(&self, callback: impl FnMut(u64) -> StepAction + Send + 'static) -> Result<()> {
        let mut callbacks = self.between_runs()?.on_step.lock();
        callbacks.push(Box::new(callback));
        Ok(())
    }

    /// The callbacks; fails during a run, which uses them.
    fn between_runs(&self) -> Result<&Callbacks> {
        match self.shared.lock().lifecycle {
            Lifecycle::Running(_) => Err(StateError::Running.into()),
            _ => Ok(&self.shared.callbacks),
        }
    }
}
