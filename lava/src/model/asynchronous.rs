//! The asynchronous protocol and the trait of its models.

use std::any::Any;
use std::sync::Arc;

use lava_core::data::{StateReader, StateWriter};
use lava_core::executor::{AsyncRun, ModelRequests, Requests, Task, TaskError};

use super::locals::Locals;
use super::protocol::{Drives, Protocol, Seal, Sealed, Timing};
use crate::Result;

/// The asynchronous protocol: every model has a thread of its own, and receives and sends at any time
/// through [`AsyncIn`](super::AsyncIn) and [`AsyncOut`](super::AsyncOut).
///
/// A process gets such a model if its builder says
/// [`.asynchronous()`](crate::prelude::Build::asynchronous); all processes do in a configuration
/// whose protocol is `Async`.
///
/// # What a connection carries
///
/// | from | to | |
/// |---|---|---|
/// | asynchronous | asynchronous | every message, in order |
/// | lockstep | asynchronous | one message per step, in order: zeros, or no spikes, if nothing was sent |
/// | asynchronous | lockstep | in every step the next message if there is one, otherwise none; a connection that is [`waiting`](crate::network::VirtualPort::waiting) waits for it |
///
/// A connection holds up to 64 messages, or as many as
/// [`buffered`](crate::network::VirtualPort::buffered) says. While it is full the sender waits; a
/// lockstep sender holds up all lockstep models. No message is lost, and no network deadlocks because
/// a connection is too short or a message cannot come. The one exception: a model that has returned
/// from `run_async` before the end of the run receives only the messages that its connections hold.
/// Messages that are in a connection at the end of a run are received in the next.
///
/// # When a run is over
///
/// [`run_async`](AsyncModel::run_async) is called once per run. A run is over when the lockstep models
/// have made their steps and every asynchronous model has returned or waits for a message that cannot
/// come any more: its `recv` then returns `None`. A model that does not receive must return without
/// being woken: it checks [`AsyncRun::is_ending`], or counts its work by [`AsyncRun::steps`].
///
/// The step in which a message reaches a lockstep model depends on the speed of the models, unless
/// the connection is `waiting`; everything else is reproducible.
#[derive(Clone, Copy, Debug)]
pub enum Async {}

impl Sealed for Async {}

impl Protocol for Async {
    const NAME: &'static str = "Async";
    const TIMING: Timing = Timing::Async;
}

impl<M: AsyncModel + Send + 'static> Drives<M> for Async {
    fn task(model: M, locals: Locals<M>, requests: Arc<ModelRequests>, _: Seal) -> Box<dyn Task> {
        Box::new(AsyncTask {
            model,
            locals,
            requests,
        })
    }
}

/// The behaviour of a process under the [`Async`] protocol.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Sink;
///
/// /// Counts as fast as it can.
/// #[process]
/// pub struct Counter {
///     #[port(shape = [1])]
///     s_out: OutPort<i32>,
///     #[var(scalar, init = 0)]
///     count: Var<i32>,
/// }
///
/// #[implements(proc = Counter, protocol = Async)]
/// struct CounterModel {
///     s_out: AsyncOut<i32>,
///     count: i32,
/// }
///
/// impl AsyncModel for CounterModel {
///     fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
///         while !run.is_ending() {
///             self.count += 1;
///             self.s_out.send_slice(&[self.count])?;
///         }
///         Ok(())
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let counter = net.add(Counter::new().asynchronous())?;
/// let sink: Sink<i32> = net.add(Sink::shape([1]).steps(5))?;
/// counter.s_out.waiting().connect(&sink.a_in)?;
/// net.run(RunSteps(5))?;
/// assert_eq!(sink.data.get()?.into_raw_vec_and_offset().0, [1, 2, 3, 4, 5]);
/// # net.stop()
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a model under the protocol `Async`, but does not implement `AsyncModel` [E3104]",
    label = "`Async` cannot run `{Self}`",
    note = "write `impl AsyncModel for …`, whose `run_async` is what the model does in a run"
)]
pub trait AsyncModel {
    /// Checks Vars that depend on each other: called before [`start`](AsyncModel::start), and at the
    /// beginning of a run if a Var of the process was set since. Between runs, several Vars can so be
    /// set in any order; a value that is wrong whatever the others are is refused by
    /// [`on_var_update`](AsyncModel::on_var_update).
    ///
    /// # Errors
    /// An error keeps the run from starting; the network stays as it is.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Prepares the model: called before the first run and after a reset, to derive values from Vars.
    ///
    /// # Errors
    /// An error makes the first run, or the reset, fail.
    fn start(&mut self) -> Result<()> {
        Ok(())
    }

    /// Runs the model: called once, when a run begins.
    ///
    /// # Errors
    /// An error ends the run of all models and halts the network; Vars stay readable.
    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<()>;

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

    /// Takes the state that [`save_state`](AsyncModel::save_state) has put: called between steps, when the
    /// network is [restored](crate::Network::restore). The model has started, Vars and local fields have
    /// the values of the snapshot, and `on_var_update` was called for each Var that has changed.
    ///
    /// # Errors
    /// The error is returned from `restore`, and the network is as it was before.
    fn load_state(&mut self, from: &StateReader<'_>) -> Result<()> {
        let _ = from;
        Ok(())
    }
}

struct AsyncTask<M> {
    model: M,
    locals: Locals<M>,
    requests: Arc<ModelRequests>,
}

impl<M: AsyncModel + Send + 'static> Task for AsyncTask<M> {
    fn check(&self) -> Result<(), TaskError> {
        Ok(self.model.check()?)
    }

    fn start(&mut self) -> Result<(), TaskError> {
        Ok(self.model.start()?)
    }

    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<Requests, TaskError> {
        self.model.run_async(run)?;
        Ok(self.requests.take())
    }

    fn on_var_update(&mut self, var: &'static str) -> Result<(), TaskError> {
        Ok(self.model.on_var_update(var)?)
    }

    fn reset(&mut self) {
        self.requests.take();
        self.locals.reset(&mut self.model);
    }

    fn save(&mut self, to: &mut StateWriter) -> Result<(), TaskError> {
        self.locals.save(&mut self.model, to)?;
        Ok(self.model.save_state(to)?)
    }

    fn load(&mut self, from: &StateReader<'_>) -> Result<(), TaskError> {
        self.locals.load(&mut self.model, from)?;
        Ok(self.model.load_state(from)?)
    }

    fn model(&mut self) -> &mut dyn Any {
        &mut self.model
    }
}
