//! Driven networks: rank 0 runs the program, the other ranks serve the calls that it makes on the network.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use lava_core::executor::{RunError, error_text};
use lava_core::transport::{CommandGuard, RankError, RankGroup};

use super::Network;
use super::inner::NetworkInner;
use crate::Result;
use crate::engine::Command;
use crate::monitor::Ticker;

impl<C> Network<C> {
    /// Runs a program on the first rank alone, which drives the network for all: the other ranks serve the calls
    /// that the program makes on it, until it ends. The network is compiled first.
    ///
    /// All that comes before is the same program on all ranks, which builds the network, and so is all that comes
    /// after. In between the first rank runs, pauses, resets and stops the network, reads and sets Vars, adds
    /// probes and reads them, saves and restores, in any order and from any thread; callbacks that the program
    /// registers are called on the first rank only, and [`at_next_step`](Network::at_next_step) is possible. Nothing
    /// can be added to the network. A run that goes on in the background when the program ends is paused.
    ///
    /// Returns what the program returns, and `None` on the other ranks. With one rank the program runs.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    /// use lava::ranks::LocalRank;
    ///
    /// fn run(rank: LocalRank) -> lava::Result<Option<f32>> {
    ///     let net = Network::<Loihi1SimCfg>::new();
    ///     net.set_ranks(rank)?;
    ///     let lif: Lif = net.add(Lif::shape([600]).bias_mant(1.0).vth(50.0))?;
    ///     net.drive(|| {
    ///         while lif.v.get()?[599] < 10.0 {
    ///             net.run(RunSteps(3))?;
    ///         }
    ///         Ok(lif.v.get()?[599])
    ///     })
    /// }
    ///
    /// # fn main() {
    /// let ranks = LocalRank::group(2).into_iter();
    /// let threads: Vec<_> = ranks.map(|rank| std::thread::spawn(|| run(rank))).collect();
    /// let results = threads.into_iter().map(|thread| thread.join().unwrap().unwrap());
    /// assert_eq!(results.collect::<Vec<_>>(), [Some(12.0), None]);
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`compile`](Network::compile), the error of the program, and [`RankError`] if a rank does not
    /// answer. If the program fails or panics on the first rank, the others return [`RunError::Rank`].
    pub fn drive<R>(&self, program: impl FnOnce() -> Result<R>) -> Result<Option<R>> {
        let ranks = self.shared.ranks.get();
        if ranks.is_some() {
            self.compile()?;
        }
        let others = |ranks: &&Arc<RankGroup>| !ranks.is_driving() && ranks.check_steps().is_ok();
        let Some(ranks) = ranks.filter(others) else {
            return program().map(Some);
        };
        if ranks.rank() == 0 {
            return self.shared.lead(ranks, program).map(Some);
        }
        match self.shared.serve(ranks)? {
            None => Ok(None),
            Some(error) => Err(RunError::Rank { rank: 0, error }.into()),
        }
    }
}

impl NetworkInner {
    /// Sends a call to the ranks that serve, if this rank drives the network; the guard lives as long as the call.
    pub(super) fn send_command(
        &self,
        command: impl FnOnce() -> Command,
    ) -> Result<Option<CommandGuard<'_>>, RankError> {
        match self.ranks.get() {
            Some(ranks) => ranks.send_command(|| command().to_bytes()),
            None => Ok(None),
        }
    }

    /// Runs the program, as the first rank.
    fn lead<R>(&self, ranks: &Arc<RankGroup>, program: impl FnOnce() -> Result<R>) -> Result<R> {
        ranks.set_driving(true);
        let presence = presence(ranks);
        let result = catch_unwind(AssertUnwindSafe(program));
        let background = self.pause();
        let result = result.map(|result| result.and_then(|value| background.map(|()| value)));
        drop(presence);
        let error = match &result {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error_text(error)),
            Err(_) => Some("the program that drives the network has panicked".to_owned()),
        };
        let ended = self.send_command(|| Command::End(error)).map(drop);
        ranks.set_driving(false);
        let value = result.unwrap_or_else(|panic| resume_unwind(panic))?;
        ended.map_err(RunError::Ranks)?;
        Ok(value)
    }
}

/// Shows the other ranks that this one is there while its program makes no calls, unless ranks wait for each other
/// forever.
fn presence(ranks: &Arc<RankGroup>) -> Option<Ticker> {
    let interval = ranks.timeout()? / 4;
    let ranks = Arc::clone(ranks);
    let tick = move || {
        let sent = ranks.send_command(|| Command::Idle.to_bytes());
        sent.inspect_err(|error| tracing::error!("{error}")).is_ok()
    };
    let purpose = "tells other ranks, which time out between calls, that the first is there";
    let ticker = Ticker::start("lava ranks", purpose, interval, tick);
    ticker.inspect_err(|error| tracing::warn!("{error}")).ok()
}
