//! The Loihi protocol: the phases of a step, and the trait of its models.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{StateReader, StateWriter};
use lava_core::executor::{ModelRequests, Phase, RemoteVars, Requests, Task, TaskError};

use super::locals::Locals;
use super::protocol::{Drives, Protocol, Seal, Sealed, Timing};
use super::simd::Simd;
use crate::{Error, Result};

/// The Loihi protocol: every step runs the phases spike → pre-management → learning →
/// post-management, each behind its guard.
///
/// | phase | entered if | runs the bodies of |
/// |---|---|---|
/// | spike, `run_spk` | always | all models |
/// | pre-management, `run_pre_mgmt` | a model has both `lrn_guard` and `pre_guard` | models with `pre_guard` |
/// | learning, `run_lrn` | a model has `lrn_guard` | models with `lrn_guard` |
/// | post-management, `run_post_mgmt` | a model has `post_guard` | models with `post_guard` |
///
/// All models enter a phase together: no model is in a phase while another is still in the one
/// before. In the learning and management phases the models of one worker run in the order in which
/// their processes were added to the network; models connected by ref-ports share a worker. Guards
/// are evaluated once per step, after the model's spike phase; they should depend on the model's state
/// and the time step alone. A model that has the body of a phase, but not its guard, fails in its first
/// step.
#[derive(Clone, Copy, Debug)]
pub enum Loihi {}

impl Sealed for Loihi {}

impl Protocol for Loihi {
    const NAME: &'static str = "Loihi";
    const TIMING: Timing = Timing::Lockstep;
}

impl<M: LoihiModel + Send + 'static> Drives<M> for Loihi {
    fn task(model: M, locals: Locals<M>, requests: Arc<ModelRequests>, _: Seal) -> Box<dyn Task> {
        Box::new(LoihiTask {
            model,
            locals,
            requests,
            guards: Requests::NONE,
            own: None,
            unchecked: Requests::NONE,
            is_plain: false,
            simd: Simd::detect(),
        })
    }
}

/// The behaviour of a process under the [`Loihi`] protocol. The default of every method does nothing;
/// a model implements the phases that it has.
///
/// ```
/// use lava::prelude::*;
///
/// /// Sums its input over time.
/// #[process]
/// pub struct Integrator {
///     a_in: InPort<f32>,
///     #[var(init = 0.0)]
///     sum: Var<f32>,
/// }
///
/// #[implements(proc = Integrator, protocol = Loihi)]
/// struct IntegratorModel { a_in: In<f32>, sum: ArrayD<f32> }
///
/// impl LoihiModel for IntegratorModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         self.sum += &self.a_in.recv();
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a model under the protocol `Loihi`, but does not implement `LoihiModel` [E3104]",
    label = "`Loihi` cannot run `{Self}`",
    note = "write `impl LoihiModel for …` with the phases that the model has"
)]
pub trait LoihiModel {
    /// `true` if the spike phase is compiled for AVX-512 as well, which pays where loops read tables or compute much.
    #[doc(hidden)]
    const USES_AVX512: bool = false;

    /// Checks Vars that depend on each other: called before [`start`](LoihiModel::start), and at the
    /// beginning of a run if a Var of the process was set since. Between runs, several Vars can so be
    /// set in any order; a value that is wrong whatever the others are is refused by
    /// [`on_var_update`](LoihiModel::on_var_update).
    ///
    /// # Errors
    /// An error keeps the run from starting; the network stays as it is.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Prepares the model: called before the first step and after a reset, to derive values from Vars.
    ///
    /// # Errors
    /// An error makes the first run, or the reset, fail.
    fn start(&mut self) -> Result<()> {
        Ok(())
    }

    /// The spike phase: receive, update, send. The only phase in which ports can send.
    ///
    /// Mark this method `#[inline(always)]` if its loops matter: it is then compiled for processors
    /// with AVX2 as well, and runs there with vectors twice as wide and the same results.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_spk(&mut self) -> Result<()> {
        Ok(())
    }

    /// Returns `true` if the model takes part in the pre-management phase of this step.
    fn pre_guard(&self) -> bool {
        defaults::note(Requests::PRE_MANAGEMENT);
        false
    }

    /// The pre-management phase, before learning: `remote` lets the model's
    /// [`VarRef`](crate::model::VarRef)s read and write Vars of other processes.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_pre_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> Result<()> {
        let _ = remote;
        defaults::note(Requests::PRE_MANAGEMENT);
        Ok(())
    }

    /// Returns `true` if the model takes part in the learning phase of this step.
    fn lrn_guard(&self) -> bool {
        defaults::note(Requests::LEARNING);
        false
    }

    /// The learning phase. `#[inline(always)]` has the same effect as on
    /// [`run_spk`](LoihiModel::run_spk).
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_lrn(&mut self) -> Result<()> {
        defaults::note(Requests::LEARNING);
        Ok(())
    }

    /// Returns `true` if the model takes part in the post-management phase of this step.
    fn post_guard(&self) -> bool {
        defaults::note(Requests::POST_MANAGEMENT);
        false
    }

    /// The post-management phase, the last of a step: `remote` lets the model's
    /// [`VarRef`](crate::model::VarRef)s read and write Vars of other processes.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> Result<()> {
        let _ = remote;
        defaults::note(Requests::POST_MANAGEMENT);
        Ok(())
    }

    /// Called before Vars of the model are read or written from outside, by the user, a probe or another
    /// model: a model whose fields are behind the present step brings them there.
    fn before_access(&mut self) {}

    /// Called between runs, on several ranks, once for each step by which messages arrive late: takes the messages of
    /// one step that in-ports with [lag](super::In::lag) still have, by [`In::catch_up`](super::In::catch_up), so that
    /// the model is at last in the state that it would have in one process.
    fn catch_up(&mut self) {}

    /// Called after the user has set the Var `var`, to derive values from it.
    ///
    /// # Errors
    /// The error is returned from `set`.
    fn on_var_update(&mut self, var: &str) -> Result<()> {
        let _ = var;
        Ok(())
    }

    /// Puts state of the model that is neither in a Var nor in a `#[local]` field that a snapshot keeps:
    /// called between steps, when the network is [saved](crate::Network::save). The snapshots of a
    /// network are the same on any number of workers, so a value that several shards put must be the
    /// same in all; see [`StateWriter`].
    ///
    /// # Errors
    /// The error is returned from `save`.
    fn save_state(&self, to: &mut StateWriter) -> Result<()> {
        let _ = to;
        Ok(())
    }

    /// Takes the state that [`save_state`](LoihiModel::save_state) has put: called between steps, when the
    /// network is [restored](crate::Network::restore). The model has started, Vars and local fields have
    /// the values of the snapshot, and `on_var_update` was called for each Var that has changed.
    ///
    /// # Errors
    /// The error is returned from `restore`, and the network is as it was before.
    fn load_state(&mut self, from: &StateReader<'_>) -> Result<()> {
        let _ = from;
        Ok(())
    }

    /// Takes what Vars refer to, before they are restored.
    ///
    /// # Errors
    /// As [`load_state`](LoihiModel::load_state).
    #[doc(hidden)]
    fn prepare_load(&mut self, from: &StateReader<'_>) -> Result<()> {
        let _ = from;
        Ok(())
    }
}

/// The methods that a model has not, whose defaults note that they were called.
mod defaults {
    use std::cell::Cell;

    use super::Requests;

    thread_local! {
        static CALLED: Cell<Requests> = const { Cell::new(Requests::NONE) };
    }

    /// Notes a call of the default guard or body of a phase.
    pub(super) fn note(phase: Requests) {
        CALLED.set(CALLED.get() | phase);
    }

    /// Calls methods. Returns the phases of those that are defaults.
    pub(super) fn called(methods: impl FnOnce()) -> Requests {
        CALLED.set(Requests::NONE);
        methods();
        CALLED.get()
    }
}

/// The phases that may be entered for no model's sake, to see that it has no body without a guard.
/// Pre-management is checked when it is entered: it would run models that have a guard for it.
const ENTERED_TO_CHECK: Requests =
    Requests::from_bits(Requests::LEARNING.bits() | Requests::POST_MANAGEMENT.bits());

struct LoihiTask<M> {
    model: M,
    locals: Locals<M>,
    requests: Arc<ModelRequests>,
    /// The model's guards in the present step.
    guards: Requests,
    /// The phases whose guards the model has itself, once it is known.
    own: Option<Requests>,
    /// The phases without a guard, until it is known that they have no body either.
    unchecked: Requests,
    /// The model has no guard, and it is known that it has no body without one.
    is_plain: bool,
    simd: Simd,
}

impl<M: LoihiModel> LoihiTask<M> {
    /// Asks the guards that the model has itself.
    #[inline]
    fn ask(&self, own: Requests) -> Requests {
        if own.is_empty() {
            return Requests::NONE;
        }
        let asks = |phase| own.intersects(phase);
        Requests::PRE_MANAGEMENT.when(asks(Requests::PRE_MANAGEMENT) && self.model.pre_guard())
            | Requests::LEARNING.when(asks(Requests::LEARNING) && self.model.lrn_guard())
            | Requests::POST_MANAGEMENT
                .when(asks(Requests::POST_MANAGEMENT) && self.model.post_guard())
    }

    /// Asks every guard, and notes which the model has itself.
    #[cold]
    fn ask_all(&mut self) -> Requests {
        let all = ENTERED_TO_CHECK | Requests::PRE_MANAGEMENT;
        let mut guards = Requests::NONE;
        self.unchecked = defaults::called(|| guards = self.ask(all));
        self.own = Some(Requests::from_bits(all.bits() & !self.unchecked.bits()));
        guards
    }

    /// Asks the guards after a spike phase. Returns the phases to enter.
    #[inline(never)]
    fn after_spiking(&mut self) -> Requests {
        self.guards = match self.own {
            Some(own) => self.ask(own),
            None => self.ask_all(),
        };
        let unchecked = self.unchecked.and(ENTERED_TO_CHECK);
        self.is_plain = self.own == Some(Requests::NONE) && unchecked.is_empty();
        let requests = self.requests.take();
        if !requests.is_empty() {
            return requests;
        }
        if self.guards.intersects(Requests::LEARNING) {
            unchecked | self.guards
        } else {
            unchecked | self.guards.and(Requests::POST_MANAGEMENT)
        }
    }

    fn body(&mut self, phase: Phase, remote: &mut RemoteVars<'_>) -> Result<()> {
        match phase {
            Phase::PreManagement => self.model.run_pre_mgmt(remote),
            Phase::Learning => self.simd.run_lrn(&mut self.model),
            _ => self.model.run_post_mgmt(remote),
        }
    }

    /// Fails if the model has a body for a phase, but no guard.
    #[cold]
    fn check_body(
        &mut self,
        request: Requests,
        phase: Phase,
        remote: &mut RemoteVars<'_>,
    ) -> Result<()> {
        self.unchecked = Requests::from_bits(self.unchecked.bits() & !request.bits());
        let called = defaults::called(|| {
            let _ = self.body(phase, remote);
        });
        if called.intersects(request) {
            return Ok(());
        }
        let guard = match phase {
            Phase::PreManagement => "pre_guard",
            Phase::Learning => "lrn_guard",
            _ => "post_guard",
        };
        Err(Error::model(format!(
            "the model has no `{guard}`, without which `{phase}` never runs; add `fn {guard}(&self) -> bool {{ true }}`"
        )))
    }
}

impl<M: LoihiModel + Send + 'static> Task for LoihiTask<M> {
    fn check(&self) -> Result<(), TaskError> {
        Ok(self.model.check()?)
    }

    fn start(&mut self) -> Result<(), TaskError> {
        Ok(self.model.start()?)
    }

    #[inline]
    fn spike(&mut self) -> Result<Requests, TaskError> {
        self.simd.run_spk(&mut self.model)?;
        if self.is_plain {
            return Ok(self.requests.take());
        }
        Ok(self.after_spiking())
    }

    fn phase(&mut self, phase: Phase, remote: &mut RemoteVars<'_>) -> Result<Requests, TaskError> {
        let Some((request, _)) = Phase::GUARDED
            .into_iter()
            .find(|(_, other)| *other == phase)
        else {
            return Ok(Requests::NONE);
        };
        if self.guards.intersects(request) {
            self.body(phase, remote)?;
            return Ok(self.requests.take());
        }
        if self.unchecked.intersects(request) {
            self.check_body(request, phase, remote)?;
        }
        Ok(Requests::NONE)
    }

    fn on_var_update(&mut self, var: &'static str) -> Result<(), TaskError> {
        self.requests.note_update();
        Ok(self.model.on_var_update(var)?)
    }

    fn reset(&mut self) {
        self.guards = Requests::NONE;
        self.requests.take();
        self.locals.reset(&mut self.model);
    }

    fn catch_up(&mut self) {
        self.model.catch_up();
    }

    fn save(&mut self, to: &mut StateWriter) -> Result<(), TaskError> {
        self.model.before_access();
        self.locals.save(&mut self.model, to)?;
        Ok(self.model.save_state(to)?)
    }

    fn prepare_load(&mut self, from: &StateReader<'_>) -> Result<(), TaskError> {
        Ok(self.model.prepare_load(from)?)
    }

    fn load(&mut self, from: &StateReader<'_>) -> Result<(), TaskError> {
        self.locals.load(&mut self.model, from)?;
        Ok(self.model.load_state(from)?)
    }

    fn model(&mut self) -> &mut dyn Any {
        self.model.before_access();
        &mut self.model
    }
}
