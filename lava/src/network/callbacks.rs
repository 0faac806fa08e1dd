//! Callbacks and changes: user code before and after runs, after steps and between them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lava_core::executor::{Requests, RunError, panic_message};
use lava_core::lifecycle::{Session, Stage, Suspension};
use lava_core::sync::Scope;

use super::error::StateError;
use super::inner::{NetworkData, NetworkInner};
use super::{Network, Problems};
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

/// The callbacks of a network. A list is taken out while its callbacks are called: they may use the
/// network.
#[derive(Default)]
pub(super) struct Callbacks {
    pub(super) on_run_start: Vec<OnRunStart>,
    pub(super) on_run_end: Vec<OnRunEnd>,
    pub(super) on_step: Vec<OnStep>,
}

/// A callback before a run.
pub(super) type OnRunStart = Box<dyn FnMut() + Send>;
/// A callback after a run, with the number of its last step.
pub(super) type OnRunEnd = Box<dyn FnMut(u64) + Send>;
/// A callback after a step, with its number.
pub(super) type OnStep = Box<dyn FnMut(u64) -> StepAction + Send>;
/// A change between two steps.
pub(crate) type Change = Box<dyn FnOnce() -> Result<()> + Send>;

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
    /// Calls `callback` before the first step of every run, on the thread that starts it. It can read
    /// and write Vars. If it panics, the run does not start.
    ///
    /// A callback that owns a handle of its network keeps the network alive until it is stopped. A run
    /// that a callback makes calls no callbacks before or after it.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn on_run_start(&self, callback: impl FnMut() + Send + 'static) -> Result<()> {
        let callback = Box::new(callback);
        self.register(|callbacks| callbacks.on_run_start.push(callback))
    }

    /// Calls `callback` after the last step of every run, with the number of that step, on the thread
    /// that runs the network; also after a run that has failed. It can read and write Vars, and start
    /// the next run. If it panics, the run returns the panic as an error.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn on_run_end(&self, callback: impl FnMut(u64) + Send + 'static) -> Result<()> {
        let callback = Box::new(callback);
        self.register(|callbacks| callbacks.on_run_end.push(callback))
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
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn on_step(&self, callback: impl FnMut(u64) -> StepAction + Send + 'static) -> Result<()> {
        let callback = Box::new(callback);
        self.register(|callbacks| callbacks.on_step.push(callback))
    }

    /// Makes a change between two steps: after the current step of a run, on the thread that runs the
    /// network, which then goes on; at once if there is no run, and no other thread begins one
    /// meanwhile. May be called by models and callbacks too. It does not wait for a run.
    ///
    /// In `change` Vars can be read and set and probes added, as between runs. Asynchronous models see
    /// the end of a run and the beginning of the next. If `change` returns an error or panics, the run
    /// ends with that error after the step, and the next run continues. Changes that are asked for in
    /// one step are made in the order of the calls. Costs nothing when it is not used.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant(1.0).vth(1e6))?;
    /// net.start(RunContinuous)?;
    /// let bias = lif.bias_mant.clone();
    /// net.at_next_step(move || bias.set(2.0))?;
    /// net.pause()?;
    /// assert_eq!(lif.bias_mant.get()?[0], 2.0);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// That of `change`, or its panic, if there is no run; [`StateError::Stopped`] after `stop`,
    /// [`StateError::Busy`] from code that the network calls between runs.
    pub fn at_next_step(&self, change: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
        if !self.shared.is_driving() {
            self.shared.in_one_process("a change at the next step")?;
        }
        let mut change: Option<Change> = Some(Box::new(change));
        let queue = |data: &mut NetworkData| data.changes.extend(change.take());
        let suspension = self.shared.lifecycle.request_suspension(queue)?;
        match (suspension, change) {
            (Suspension::NotRunning(session), Some(change)) => {
                self.shared.change_now(session, change)
            }
            _ => Ok(()),
        }
    }

    fn register(&self, register: impl FnOnce(&mut Callbacks)) -> Result<()> {
        let mut state = self.shared.lock();
        match state.stage() {
            Stage::Running(_) => return Err(StateError::Running.into()),
            Stage::Stopped { .. } => return Err(StateError::Stopped.into()),
            Stage::Building | Stage::Ready(_) | Stage::Halted { .. } => {}
        }
        register(&mut state.data.callbacks);
        Ok(())
    }
}

impl NetworkInner {
    /// Calls the callbacks before a run.
    pub(super) fn call_on_run_start(&self) -> Result<()> {
        let mut calls = std::mem::take(&mut self.lock().data.callbacks.on_run_start);
        let result = self.call_each(&mut calls, |call| call());
        self.put_back(calls, |callbacks| &mut callbacks.on_run_start);
        result
    }

    /// Calls the callbacks after a run.
    pub(super) fn call_on_run_end(&self) -> Result<()> {
        let mut calls = std::mem::take(&mut self.lock().data.callbacks.on_run_end);
        if calls.is_empty() {
            return Ok(());
        }
        let step = self.lock().stage().time_step();
        let result = self.call_each(&mut calls, |call| call(step));
        self.put_back(calls, |callbacks| &mut callbacks.on_run_end);
        result
    }

    fn call_each<F>(&self, calls: &mut [F], mut call: impl FnMut(&mut F)) -> Result<()> {
        let mut problems = Problems::new();
        for each in calls {
            let _scope = Scope::Callback.enter(self.lifecycle.network());
            problems.note(self.catch_callback(|| {
                call(each);
                Ok(())
            }));
        }
        problems.finish()
    }

    /// Makes a change while there is no run.
    fn change_now(&self, session: Option<Session>, change: Change) -> Result<()> {
        let scope = session.map(|_| Scope::Callback.enter(self.lifecycle.network()));
        let result = self.catch_callback(change);
        drop(scope);
        if let Some(session) = session {
            self.lifecycle.end_session(session);
        }
        result
    }

    /// Puts callbacks back before the ones that were registered meanwhile; drops them if the network
    /// has been stopped.
    pub(super) fn put_back<F>(
        &self,
        mut calls: Vec<F>,
        list: impl FnOnce(&mut Callbacks) -> &mut Vec<F>,
    ) {
        let mut state = self.lock();
        if matches!(state.stage(), Stage::Stopped { .. }) {
            drop(state);
            return drop_or_log(calls);
        }
        let registered = list(&mut state.data.callbacks);
        calls.append(registered);
        *registered = calls;
    }

    /// Calls code of the user; a panic becomes an error.
    pub(super) fn catch_callback(&self, call: impl FnOnce() -> Result<()>) -> Result<()> {
        catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
            let step = self.lock().stage().time_step();
            let message = panic_message(panic);
            Err(RunError::Callback { step, message }.into())
        })
    }
}

/// Drops what the user has given; a panic is logged.
pub(super) fn drop_or_log<T>(given: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(given))) {
        let message = panic_message(panic);
        tracing::error!("a callback or change panicked while it was dropped: {message}");
    }
}
