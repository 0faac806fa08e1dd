//! Networks on several ranks.

use std::sync::Arc;

use lava_core::transport::{Communicator, RankGroup};

use super::error::{StateError, setting_error};
use super::inner::{NetworkInner, shared_graph};
use super::{Network, RankShare};
use crate::Result;
use crate::compiler;

impl<C> Network<C> {
    /// Runs the network over several ranks, processes of the operating system, which `communicator` connects:
    /// see [`ranks`](crate::ranks). The results are the same to the bit as in one process. A communicator of
    /// one rank changes nothing.
    ///
    /// All ranks build the same network and make the same calls on it, in the same order; each computes a part
    /// of it. [`set_workers`](Network::set_workers) sets the workers of each rank; the default is one.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::ranks::LocalRank;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// net.set_ranks(LocalRank::group(1).remove(0))?;
    /// assert_eq!(net.ranks(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::Compiled`] once the network is compiled or has ranks, [`StateError::Batch`] if it has a
    /// batch, [`StateError::Stopped`] after `stop`.
    pub fn set_ranks(&self, communicator: impl Communicator) -> Result<()> {
        let building = self.shared.lifecycle.building();
        let mut state = building.map_err(|refused| setting_error(refused, StateError::Compiled))?;
        if communicator.size() == 1 {
            return Ok(());
        }
        if self.shared.batch.get().is_some() {
            let why = "several ranks run no batch; run the samples in one process, or give each rank its own";
            return Err(StateError::Batch { why }.into());
        }
        let ranks = Arc::new(RankGroup::new(Arc::new(communicator)));
        if self.shared.ranks.set(Arc::clone(&ranks)).is_err() {
            return Err(StateError::Compiled.into());
        }
        state.data.graph_mut().ranks = Some(ranks);
        Ok(())
    }

    /// The number of ranks that run the network; 1 without [`set_ranks`](Network::set_ranks).
    pub fn ranks(&self) -> usize {
        self.shared.ranks.get().map_or(1, |ranks| ranks.size())
    }

    /// The number of this rank, from 0; 0 without [`set_ranks`](Network::set_ranks).
    pub fn rank(&self) -> usize {
        self.shared.ranks.get().map_or(0, |ranks| ranks.rank())
    }

    /// Estimates what each rank has of the network, before anything is made: with a
    /// [`DryRun`](crate::ranks::DryRun) on more ranks than there are.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    /// use lava::ranks::DryRun;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// net.set_ranks(DryRun::new(0, 8))?;
    /// net.add(Lif::<f32>::shape([100_000]))?;
    /// let shares = net.rank_shares()?;
    /// let largest = shares.iter().map(|share| share.cost).fold(0.0, f64::max);
    /// assert!(largest < 1.1 / 8.0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`CompileError`](crate::error::CompileError) with every problem of the graph, and [`StateError`] during a run
    /// and after `stop`.
    pub fn rank_shares(&self) -> Result<Vec<RankShare>> {
        let transition = self
            .shared
            .lifecycle
            .transition_of_whole("being measured")?;
        Ok(compiler::rank_shares(&shared_graph(&transition))?)
    }
}

impl NetworkInner {
    /// Fails if several ranks run the network.
    pub(super) fn in_one_process(&self, call: &'static str) -> Result<(), StateError> {
        match self.ranks.get() {
            None => Ok(()),
            Some(_) => Err(StateError::OnRanks { call }),
        }
    }
}
