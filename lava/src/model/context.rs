//! The context of a model: its time step and shard, and requests to the network.

use std::ops::Range;
use std::sync::Arc;

use lava_core::data::Shard;
use lava_core::executor::{ModelRequests, Requests};
use lava_core::transport::Clock;

use crate::process::NetworkTimeStep;
use crate::units::Time;

/// The network, as a model sees it. Declared as a local field of the model:
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
    time_step: Arc<NetworkTimeStep>,
    requests: Arc<ModelRequests>,
    shard: Shard,
    is_on_ranks: bool,
}

impl Context {
    pub(crate) fn new(
        clock: Arc<Clock>,
        time_step: Arc<NetworkTimeStep>,
        requests: Arc<ModelRequests>,
        shard: Shard,
    ) -> Context {
        Context {
            clock,
            time_step,
            requests,
            shard,
            is_on_ranks: false,
        }
    }

    /// The context of a model whose network runs on several ranks, if it does.
    pub(crate) fn on_ranks(self, is_on_ranks: bool) -> Context {
        Context {
            is_on_ranks,
            ..self
        }
    }

    /// Returns `true` if the network runs on several ranks: shards on other ranks share no memory.
    pub(crate) fn is_on_ranks(&self) -> bool {
        self.is_on_ranks
    }

    /// The present time step; 1 in the first step.
    #[inline]
    pub fn time_step(&self) -> u64 {
        self.clock.time_step()
    }

    /// Returns the time step of the network, or `None` if the network was given none and no process
    /// has one.
    pub fn dt(&self) -> Option<Time> {
        self.time_step.get()
    }

    /// The row-major indices of the neurons that the model computes: the whole population, unless it
    /// is [shardable](super#shards) and has been sharded.
    pub fn neurons(&self) -> Range<usize> {
        self.shard.neurons.clone()
    }

    /// The number of neurons of the whole population.
    pub fn population(&self) -> usize {
        self.shard.population
    }

    /// The number of samples of a batch that the model computes, which is the first extent of its ports and
    /// of Vars that each sample has. Returns 1 without a batch, and in a model that each sample has for
    /// itself.
    pub fn samples(&self) -> usize {
        let samples = self.shard.samples.as_ref();
        samples.map_or(1, |samples| samples.range.len())
    }

    /// Requests a pause after this step: the run returns early and can be continued.
    ///
    /// The guards of a model that requests it in its spike phase have no effect in that step.
    pub fn pause(&self) {
        self.requests.raise(Requests::PAUSE);
    }

    /// Requests a stop after this step. Vars stay readable until `stop` is called on the network.
    pub fn stop(&self) {
        self.requests.raise(Requests::STOP);
    }
}
