//! The asynchronous protocol: models that run by themselves.

use std::any::Any;
use std::sync::Arc;

use lava_core::executor::{AsyncRun, ModelRequests, Requests, Task, TaskError};

use super::protocol::{Drives, Protocol, Timing};
use crate::Result;

/// The asynchronous protocol: every model runs by itself, on a thread of its own, and receives and
/// sends when it likes, through [`AsyncIn`](super::AsyncIn) and [`AsyncOut`](super::AsyncOut).
///
/// A process gets such a model if its builder says
/// [`.asynchronous()`](crate::prelude::Build::asynchronous); all processes do in a configuration
/// whose protocol is `Async`.
///
/// # What a connection carries
///
/// | from | to | |
/// |---|---|---|
/// | by itself | by itself | every message, in order |
/// | in step | by itself | a message for every step, in order: zeros, or no spikes, where nothing was sent |
/// | by itself | in step | in every step the next message, if there is one, otherwise none; a port that is [`waiting`](crate::network::VirtualPort::waiting) waits for it |
///
/// A connection holds so many messages as it is [`buffered`](crate::network::VirtualPort::buffered)
/// for, 64 unless it says otherwise. Where it is full the sender waits, also one that runs in step,
/// and with it all others in step; no message is lost, and a network comes to a standstill neither
/// because a connection is too short, nor because a message is waited for that cannot come. Only
/// what is sent to a model that has ended its run by itself is lost, beyond what the connection
/// holds. Messages that are on their way at the end of a run are received in the next.
///
/// # When a run is over
///
/// [`run_async`](AsyncModel::run_async) is called once in a run. A run is over when those in step
/// have ended theirs, and every other model has returned or waits for a message that cannot come
/// any more: its `recv` then returns `None`. A model that does not receive must return by itself:
/// it asks [`AsyncRun::is_ending`], or knows from [`AsyncRun::steps`] how much there is to do.
///
/// What arrives in which step at a model that runs in step depends on how fast the models are,
/// unless the connection is `waiting`; everything else is reproducible.
#[derive(Clone, Copy, Debug)]
pub enum Async {}

impl Protocol for Async {
    const NAME: &'static str = "Async";
    const TIMING: Timing = Timing::Async;
}

impl<M: AsyncModel + Send + 'static> Drives<M> for Async {
    fn adds_to() -> &'static [&'static str] {
        &[]
    }

    fn task(model: M, reset: fn(&mut M), requests: Arc<ModelRequests>) -> Box<dyn Task> {
        Box::new(AsyncTask {
            model,
            reset,
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
/// /// Counts, as fast as it can.
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
    message = "`{Self}` is a model under the protocol `Async`, but does not implement `AsyncModel`",
    label = "`Async` cannot run `{Self}`",
    note = "write `impl AsyncModel for …`, whose `run_async` is what the model does in a run"
)]
pub trait AsyncModel {
    /// Called before the first run, and again after a reset: for what a model derives from its Vars.
    ///
    /// # Errors
    /// An error makes the first run, or the reset, fail.
    fn start(&mut self) -> Result<()> {
        Ok(())
    }

    /// What the model does in a run: called once, when the run begins.
    ///
    /// # Errors
    /// An error ends the run, also for those in step, and halts the network; Vars stay readable.
    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<()>;

    /// Called when the user has set the Var `var`: for what a model derives from it.
    ///
    /// # Errors
    /// The error is returned from `set`.
    fn on_var_update(&mut self, var: &str) -> Result<()> {
        let _ = var;
        Ok(())
    }
}

struct AsyncTask<M> {
    model: M,
    reset: fn(&mut M),
    requests: Arc<ModelRequests>,
}

impl<M: AsyncModel + Send + 'static> Task for AsyncTask<M> {
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
        (self.reset)(&mut self.model);
    }

    fn model(&mut self) -> &mut dyn Any {
        &mut self.model
    }
}
