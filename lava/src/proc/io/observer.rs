//! Closures as sinks.

use std::fmt;
use std::sync::Mutex;

use crate::prelude::*;
use crate::process::Payload;

/// Sink that calls a closure in every step with its input. The port has the shape of the
/// population.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/observer.svg"))]
///
/// ```
/// use std::sync::mpsc;
///
/// use lava::prelude::*;
/// use lava::proc::io::{Call, Observer, Source};
///
/// # fn main() -> lava::Result<()> {
/// let (send, seen) = mpsc::channel();
/// let call = Call::new(move |step, row: &[f32]| {
///     send.send((step, row[0])).map_err(lava::Error::model)
/// });
/// let net = network! { Loihi1SimCfg;
///     input:  Source   = Source::data([[0.5], [1.5]]);
///     output: Observer = Observer::shape([1]).call(call);
///     input.s_out -> output.a_in;
/// }?;
/// net.run(RunSteps(2))?;
/// assert_eq!(seen.try_iter().collect::<Vec<_>>(), [(1, 0.5), (2, 1.5)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Observer<M: Payload = f32> {
    /// Input of the closure.
    a_in: InPort<M>,
    /// The closure.
    #[param]
    call: Param<Call<M>>,
}

/// Closure of an [`Observer`]. It is called with the number of the step, from 1, and the input of
/// the step in row-major order. An error ends the run.
pub struct Call<M: Payload>(Mutex<Box<See<M>>>);

type See<M> = dyn FnMut(u64, &[<M as Payload>::Record]) -> crate::Result<()> + Send;

impl<M: Payload> Call<M> {
    /// Wraps a closure.
    pub fn new(
        see: impl FnMut(u64, &[M::Record]) -> crate::Result<()> + Send + 'static,
    ) -> Call<M> {
        Call(Mutex::new(Box::new(see)))
    }
}

impl<M: Payload> fmt::Debug for Call<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

#[implements(proc = Observer<M>, protocol = Loihi)]
struct ObserverModel<M: Payload> {
    a_in: In<M>,
    call: Param<Call<M>>,
    #[local(rebuilt)]
    row: Vec<M::Record>,
    #[local]
    context: Context,
}

impl<M: Payload> LoihiModel for ObserverModel<M> {
    fn start(&mut self) -> crate::Result<()> {
        let len = self.a_in.shape().iter().product();
        self.row = vec![M::Record::default(); len];
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_in.record(&mut self.row);
        let mut see = self
            .call
            .0
            .lock()
            .unwrap_or_else(|error| error.into_inner());
        see(self.context.time_step(), &self.row)
    }
}
