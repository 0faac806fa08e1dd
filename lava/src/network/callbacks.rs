//! The user's code before and after runs, and after steps.

use lava_core::executor::Requests;
use lava_core::sync::{Mutex, MutexGuard, lock};

use super::Network;
use super::error::StateError;
use super::lifecycle::Lifecycle;
use crate::Result;

/// What a callback that is called after a step asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAction {
    /// The next step.
    Continue,
    /// The end of the run: the next one goes on from here.
    Pause,
    /// The end of the network, as [`Context::stop`](crate::model::Context::stop) asks for it.
    Stop,
}

/// The callbacks of a network, and what else goes along with its runs.
#[derive(Default)]
pub(super) struct Callbacks {
    pub(super) on_run_start: CallbackList<dyn FnMut() + Send>,
    pub(super) on_run_end: CallbackList<dyn FnMut(u64) + Send>,
    pub(super) on_step: CallbackList<dyn FnMut(u64) -> StepAction + Send>,
    /// Whether a bar shows how far they have come.
    #[cfg(feature = "progress")]
    pub(super) progress: std::sync::atomic::AtomicBool,
}

/// Callbacks of a kind, in the order in which they were given.
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

    /// Calls all of them. Meanwhile there are none: a callback may run the network itself.
    pub(super) fn each(&self, mut act: impl FnMut(&mut F)) {
        let mut calls = std::mem::take(&mut *self.lock());
        if calls.is_empty() {
            return;
        }
        calls.iter_mut().for_each(|call| act(call));
        let mut list = self.lock();
        calls.append(&mut list);
        *list = calls;
    }
}

impl Callbacks {
    /// Drops all of them.
    pub(super) fn clear(&self) {
        drop(std::mem::take(&mut *self.on_run_start.lock()));
        drop(std::mem::take(&mut *self.on_run_end.lock()));
        drop(std::mem::take(&mut *self.on_step.lock()));
    }
}

impl StepAction {
    pub(super) fn request(self) -> Requests {
        match self {
            StepAction::Continue => Requests::NONE,
            StepAction::Pause => Requests::PAUSE,
            StepAction::Stop => Requests::STOP,
        }
    }
}

impl<C> Network<C> {
    /// Has `call` called before the first step of every run, on the thread that runs it. Vars can be
    /// read and written in it.
    ///
    /// A callback that has a handle of its own network keeps it alive until it is stopped.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run.
    pub fn on_run_start(&self, call: impl FnMut() + Send + 'static) -> Result<()> {
        self.between_runs()?;
        self.shared
            .callbacks
            .on_run_start
            .lock()
            .push(Box::new(call));
        Ok(())
    }

    /// Has `call` called after the last step of every run, on the thread that runs it, with the
    /// number of that step. Vars can be read and written in it. It is called after a failure too.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run.
    pub fn on_run_end(&self, call: impl FnMut(u64) + Send + 'static) -> Result<()> {
        self.between_runs()?;
        self.shared.callbacks.on_run_end.lock().push(Box::new(call));
        Ok(())
    }

    /// Has `call` called after every step, with its number; it says whether to go on. The workers
    /// wait for it. The network is running: its Vars can be recorded by probes, not read.
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
    pub fn on_step(&self, call: impl FnMut(u64) -> StepAction + Send + 'static) -> Result<()> {
        self.between_runs()?;
        self.shared.callbacks.on_step.lock().push(Box::new(call));
        Ok(())
    }

    /// Fails during a run, in which the callbacks are in use.
    fn between_runs(&self) -> Result<()> {
        match self.shared.lock().stage {
            Lifecycle::Running(_) => Err(StateError::Running.into()),
            _ => Ok(()),
        }
    }
}
