//! Networks on several ranks.

use std::sync::Arc;

use lava_core::transport::{Communicator, RankGroup};

use super::Network;
use super::error::{StateError, setting_error};
use super::inner::NetworkInner;
use crate::Result;

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
    /// [`StateError::Compiled`] once the network is compiled or has ranks, [`StateError::Stopped`] after
    /// `stop`.
    pub fn set_ranks(&self, communicator: impl Communicator) -> Result<()> {
        let building = self.shared.lifecycle.building();
        let mut state = building.map_err(|refused| setting_error(refused, StateError::Compiled))?;
        if communicator.size() == 1 {
            return Ok(());
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
