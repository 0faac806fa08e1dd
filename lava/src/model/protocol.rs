//! Protocols: in which order the phases of a step run, and what a model must implement for it.

use std::any::Any;
use std::sync::Arc;

use super::asynchronous::Run;
use super::context::Wishes;
use super::remote::Remote;
use super::vector::Vectors;
use crate::Result;

/// A way of running models: [`Loihi`], in step, or [`Async`](super::Async), each by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a protocol",
    label = "not a protocol",
    note = "write `protocol = Loihi`, or `protocol = Async`"
)]
pub trait Protocol: 'static {
    /// The name, for error messages.
    const NAME: &'static str;
    /// How models keep time.
    #[doc(hidden)]
    const PACE: Pace;
}

/// How a model keeps time.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// In step with all others that are.
    InStep,
    /// In steps of its own, on a thread of its own, when there are messages for it.
    Detached,
    /// As it likes, on a thread of its own.
    Async,
}

/// The protocol `Self` can run the model `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a protocol that could run `{M}`",
    label = "not a protocol that could run `{M}`",
    note = "write `protocol = Loihi`, or `protocol = Async`"
)]
pub trait Runs<M>: Protocol {
    /// The out-ports into which the model only adds.
    #[doc(hidden)]
    fn adds_to() -> &'static [&'static str];
    /// Wraps a model for the runtime.
    #[doc(hidden)]
    fn node(model: M, reset: fn(&mut M), wishes: Arc<Wishes>) -> Box<dyn Node>;
}

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
    const PACE: Pace = Pace::InStep;
}

impl<M: LoihiModel + Send + 'static> Runs<M> for Loihi {
    fn adds_to() -> &'static [&'static str] {
        M::ADDS_TO
    }

    fn node(model: M, reset: fn(&mut M), wishes: Arc<Wishes>) -> Box<dyn Node> {
        Box::new(LoihiNode {
            model,
            reset,
            wishes,
            guards: 0,
            vectors: Vectors::detect(),
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
    /// [`Out::stage`](crate::model::Out::stage).
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
    /// [`Ref`](crate::model::Ref)s read and write Vars of other processes.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_pre_mgmt(&mut self, remote: &mut Remote<'_>) -> Result<()> {
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
    /// [`Ref`](crate::model::Ref)s read and write Vars of other processes.
    ///
    /// # Errors
    /// An error stops the network at this step; Vars stay readable.
    fn run_post_mgmt(&mut self, remote: &mut Remote<'_>) -> Result<()> {
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

/// The phases of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// `start`, before the first step.
    Start,
    /// `on_var_update`, between steps.
    Update,
    /// `run_spk`.
    Spike,
    /// `run_pre_mgmt`.
    PreManagement,
    /// `run_lrn`.
    Learning,
    /// `run_post_mgmt`.
    PostManagement,
    /// `run_async`, which has no steps.
    Async,
}

impl Phase {
    /// The phases after the spike phase, in their order, and what a model asks for to enter each.
    pub(crate) const GUARDED: [(u8, Phase); 3] = [
        (request::PRE, Phase::PreManagement),
        (request::LEARN, Phase::Learning),
        (request::POST, Phase::PostManagement),
    ];
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Phase::Start => "start",
            Phase::Update => "on_var_update",
            Phase::Spike => "run_spk",
            Phase::PreManagement => "run_pre_mgmt",
            Phase::Learning => "run_lrn",
            Phase::PostManagement => "run_post_mgmt",
            Phase::Async => "run_async",
        })
    }
}

/// What the models of a network ask for in a step: a set of flags.
pub(crate) mod request {
    pub(crate) const PRE: u8 = 1;
    pub(crate) const LEARN: u8 = 1 << 1;
    pub(crate) const POST: u8 = 1 << 2;
    pub(crate) const PAUSE: u8 = super::Wishes::PAUSE;
    pub(crate) const STOP: u8 = super::Wishes::STOP;
    pub(crate) const ABORT: u8 = 1 << 5;
}

/// A model as the runtime sees it.
#[doc(hidden)]
pub trait Node: Send {
    /// Before the first step.
    fn start(&mut self) -> Result<()>;
    /// Runs the spike phase; returns what the model asks for.
    fn spike(&mut self) -> Result<u8> {
        Ok(0)
    }
    /// Runs another phase if the model's guard holds; returns what the model asks for.
    fn phase(&mut self, phase: Phase, remote: &mut Remote<'_>) -> Result<u8> {
        let _ = (phase, remote);
        Ok(0)
    }
    /// Runs a model that has no steps; returns what it asks for.
    fn run_async(&mut self, run: &Run<'_>) -> Result<u8> {
        let _ = run;
        Ok(0)
    }
    /// A Var was written from outside.
    fn on_var_update(&mut self, var: &'static str) -> Result<()>;
    /// Gives the model's local fields their first values again.
    fn reset(&mut self);
    /// The model.
    fn model(&mut self) -> &mut dyn Any;
}

struct LoihiNode<M> {
    model: M,
    reset: fn(&mut M),
    wishes: Arc<Wishes>,
    /// The model's guards in the present step.
    guards: u8,
    vectors: Vectors,
}

impl<M: LoihiModel + Send + 'static> Node for LoihiNode<M> {
    fn start(&mut self) -> Result<()> {
        self.model.start()
    }

    #[inline]
    fn spike(&mut self) -> Result<u8> {
        self.vectors.run_spk(&mut self.model)?;
        let flag = |holds, flag| if holds { flag } else { 0 };
        self.guards = flag(self.model.pre_guard(), request::PRE)
            | flag(self.model.lrn_guard(), request::LEARN)
            | flag(self.model.post_guard(), request::POST);
        match self.wishes.take() {
            0 if self.guards & request::LEARN == 0 => Ok(self.guards & request::POST),
            0 => Ok(self.guards),
            wishes => Ok(wishes),
        }
    }

    fn phase(&mut self, phase: Phase, remote: &mut Remote<'_>) -> Result<u8> {
        match phase {
            Phase::PreManagement if self.guards & request::PRE != 0 => {
                self.model.run_pre_mgmt(remote)?;
            }
            Phase::Learning if self.guards & request::LEARN != 0 => self.model.run_lrn()?,
            Phase::PostManagement if self.guards & request::POST != 0 => {
                self.model.run_post_mgmt(remote)?;
            }
            _ => return Ok(0),
        }
        Ok(self.wishes.take())
    }

    fn on_var_update(&mut self, var: &'static str) -> Result<()> {
        self.model.on_var_update(var)
    }

    fn reset(&mut self) {
        self.guards = 0;
        self.wishes.take();
        (self.reset)(&mut self.model);
    }

    fn model(&mut self) -> &mut dyn Any {
        &mut self.model
    }
}
