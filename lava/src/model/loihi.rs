//! The Loihi protocol: the phases of a step, and the trait of its models.

use std::any::Any;
use std::sync::Arc;

use lava_core::executor::{ModelRequests, Phase, RemoteVars, Requests, Task, TaskError};

use super::protocol::{Drives, Protocol, Timing};
use super::simd::Simd;
use crate::Result;

/// The Loihi protocol: every step runs the phases spike → pre-management → learning →
/// post-management, each behind its guard.
///
/// | phase | is entered when | and runs the bodies of |
/// |---|---|---|
/// | spike, `run_spk` | always | all models |
/// | pre-management, `run_pre_mgmt` | a model has both `lrn_guard` and `pre_guard` | models with `pre_guard` |
/// | learning, `run_lrn` | a model has `lrn_guard` | models with `lrn_guard` |
/// | post-management, `run_post_mgmt` | a model has `post_guard` | models with `post_guard` |
///
/// A phase is entered by all models together: no model is in a phase while another is still in
/// the one before. In the management phases and in the learning phase the models of one worker take
/// their turns in the order in which their processes were added to the network; those that are tied
/// by ref-ports share a worker. Guards are asked once per step, after the model's spike phase; they
/// should depend on the model's state and the time step alone.
#[derive(Clone, Copy, Debug)]
pub enum Loihi {}

impl Protocol for Loihi {
    const NAME: &'static str = "Loihi";
    const TIMING: Timing = Timing::Lockstep;
}

impl<M: LoihiModel + Send + 'static> Drives<M> for Loihi {
    fn adds_to() -> &'static [&'static str] {
        M::ADDS_TO
    }

    fn task(model: M, reset: fn(&mut M), requests: Arc<ModelRequests>) -> Box<dyn Task> {
        Box::new(LoihiTask {
            model,
            reset,
            requests,
            guards: Requests::NONE,
            simd: Simd::detect(),
        })
    }
}

/// The behaviour of a process under the [`Loihi`] protocol. Every method has a default that does
/// nothing, so a model implements the phases that it has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a model under the protocol `Loihi`, but does not implement `LoihiModel`",
    label = "`Loihi` cannot run `{Self}`",
    note = "write `impl LoihiModel for …` with the phases that the model has"
)]
pub trait LoihiModel {
    /// The names of the out-ports into which the model only *adds*, element by element, through
    /// [`Out::accumulate`](crate::model::Out::accumulate).
    ///
    /// Where such a port is connected to one in-port alone, all such ports that reach it with the
    /// same delay share one sum, and none has a buffer of its own to be cleared and added up. They
    /// add in the order in which their processes run in a step. Such a port cannot `send`, and
    /// cannot be probed.
    const ADDS_TO: &'static [&'static str] = &[];

    /// Called before the first step, and again after a reset: for what a model derives from its
    /// Vars.
    ///
    /// # Errors
    /// An error makes the first run, or the reset, fail.
    fn start(&mut self) -> Result<()> {
        Ok(())
    }

    /// The spike phase: receive, update, send. The only phase in which ports can send.
    ///
    /// A model whose loops are worth it marks this method `#[inline(always)]`: it is then compiled
    /// for processors with AVX2 as well, and runs there with vectors twice as wide, with the same
    /// results.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_spk(&mut self) -> Result<()> {
        Ok(())
    }

    /// Whether the pre-management phase concerns this model in this step.
    fn pre_guard(&self) -> bool {
        false
    }

    /// The pre-management phase, before learning: `remote` lets the model's
    /// [`VarRef`](crate::model::Ref)s read and write Vars of other processes.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_pre_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> Result<()> {
        let _ = remote;
        Ok(())
    }

    /// Whether the learning phase concerns this model in this step.
    fn lrn_guard(&self) -> bool {
        false
    }

    /// The learning phase.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_lrn(&mut self) -> Result<()> {
        Ok(())
    }

    /// Whether the post-management phase concerns this model in this step.
    fn post_guard(&self) -> bool {
        false
    }

    /// The post-management phase, the last of a step: `remote` lets the model's
    /// [`VarRef`](crate::model::Ref)s read and write Vars of other processes.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> Result<()> {
        let _ = remote;
        Ok(())
    }

    /// Called when the user has set the Var `var`: for what a model derives from it.
    ///
    /// # Errors
    /// The error is returned from `set`.
    fn on_var_update(&mut self, var: &str) -> Result<()> {
        let _ = var;
        Ok(())
    }
}

struct LoihiTask<M> {
    model: M,
    reset: fn(&mut M),
    requests: Arc<ModelRequests>,
    /// The model's guards in the present step.
    guards: Requests,
    simd: Simd,
}

impl<M: LoihiModel + Send + 'static> Task for LoihiTask<M> {
    fn start(&mut self) -> Result<(), TaskError> {
        Ok(self.model.start()?)
    }

    #[inline]
    fn spike(&mut self) -> Result<Requests, TaskError> {
        self.simd.run_spk(&mut self.model)?;
        self.guards = Requests::PRE_MANAGEMENT.when(self.model.pre_guard())
            | Requests::LEARNING.when(self.model.lrn_guard())
            | Requests::POST_MANAGEMENT.when(self.model.post_guard());
        let requests = self.requests.take();
        if !requests.is_empty() {
            return Ok(requests);
        }
        if self.guards.intersects(Requests::LEARNING) {
            return Ok(self.guards);
        }
        Ok(self.guards.and(Requests::POST_MANAGEMENT))
    }

    fn phase(&mut self, phase: Phase, remote: &mut RemoteVars<'_>) -> Result<Requests, TaskError> {
        let is_guarded = |request| self.guards.intersects(request);
        match phase {
            Phase::PreManagement if is_guarded(Requests::PRE_MANAGEMENT) => {
                self.model.run_pre_mgmt(remote)?;
            }
            Phase::Learning if is_guarded(Requests::LEARNING) => self.model.run_lrn()?,
            Phase::PostManagement if is_guarded(Requests::POST_MANAGEMENT) => {
                self.model.run_post_mgmt(remote)?;
            }
            _ => return Ok(Requests::NONE),
        }
        Ok(self.requests.take())
    }

    fn on_var_update(&mut self, var: &'static str) -> Result<(), TaskError> {
        Ok(self.model.on_var_update(var)?)
    }

    fn reset(&mut self) {
        self.guards = Requests::NONE;
        self.requests.take();
        (self.reset)(&mut self.model);
    }

    fn model(&mut self) -> &mut dyn Any {
        &mut self.model
    }
}
