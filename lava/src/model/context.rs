//! What a model can learn from, and ask of, the network that runs it.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use super::shard::Shard;
use crate::runtime::Clock;

/// The network as a model sees it. Declared as a local field of the model:
///
/// ```
/// # use lava::prelude::*;
/// #[process]
/// pub struct StopAt {
///     #[param]
///     last: Param<u64>,
/// }
///
/// #[implements(proc = StopAt, protocol = Loihi)]
/// struct StopAtModel {
///     last: u64,
///     #[local]
///     context: Context,
/// }
///
/// impl LoihiModel for StopAtModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         if self.context.time_step() == self.last {
///             self.context.pause();
///         }
///         Ok(())
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// net.add(StopAt::last(3))?;
/// net.run(RunSteps(100))?;
/// assert_eq!(net.time_step(), 3);
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    clock: Arc<Clock>,
    wishes: Arc<Wishes>,
    shard: Shard,
}

impl Context {
    pub(crate) fn new(clock: Arc<Clock>, wishes: Arc<Wishes>, shard: Shard) -> Context {
        Context {
            clock,
            wishes,
            shard,
        }
    }

    /// The present time step: 1 in the first step.
    #[inline]
    pub fn time_step(&self) -> u64 {
        self.clock.time_step()
    }

    /// Which neurons of the population the model computes, in row-major order: all of them, unless
    /// it is [`Splittable`](super::Splittable) and has been cut.
    pub fn neurons(&self) -> Range<usize> {
        self.shard.neurons.clone()
    }

    /// How many neurons the whole population has.
    pub fn population(&self) -> usize {
        self.shard.population
    }

    /// Pauses the network once this step is complete: the run returns early and can be continued.
    ///
    /// A model that asks in its spike phase asks for no other phase of that step.
    pub fn pause(&self) {
        self.wishes.0.fetch_or(Wishes::PAUSE, Relaxed);
    }

    /// Stops the network once this step is complete. Vars stay readable until `stop` is called on
    /// the network.
    pub fn stop(&self) {
        self.wishes.0.fetch_or(Wishes::STOP, Relaxed);
    }
}

/// What one model has asked for since it was last asked.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Wishes(AtomicU8);

impl Wishes {
    pub(crate) const PAUSE: u8 = 1 << 3;
    pub(crate) const STOP: u8 = 1 << 4;

    /// Takes what was asked for.
    #[inline(always)]
    pub(crate) fn take(&self) -> u8 {
        match self.0.load(Relaxed) {
            0 => 0,
            _ => self.0.swap(0, Relaxed),
        }
    }
}
