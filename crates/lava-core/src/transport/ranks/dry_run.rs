//! A rank without the others.

use super::{Communicator, RankError};

/// One rank of many, without the others: compiling a network makes the part of this rank, and shows what the
/// network would need on as many ranks. It makes no steps.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
/// use lava::ranks::DryRun;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// net.set_ranks(DryRun::new(3, 1000))?;
/// net.add(Lif::<f32>::shape([1_000_000]))?;
/// net.compile()?; // a thousandth of the neurons
/// let shares = net.rank_shares()?;
/// assert_eq!(shares.len(), 1000);
/// assert!(shares[3].memory < 100_000);
/// assert!(net.run(RunSteps(1)).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DryRun {
    rank: usize,
    size: usize,
    node_size: usize,
}

impl DryRun {
    /// Rank `rank` of `size`.
    ///
    /// # Panics
    /// If there is no such rank.
    pub fn new(rank: usize, size: usize) -> DryRun {
        assert!(
            rank < size,
            "of {size} ranks there is none with the number {rank}"
        );
        DryRun {
            rank,
            size,
            node_size: size,
        }
    }

    /// States that as many ranks are on each node, in the order of their numbers; all are on one otherwise.
    ///
    /// # Panics
    /// If `ranks` is 0.
    #[must_use]
    pub fn with_node_size(self, ranks: usize) -> DryRun {
        assert!(ranks > 0, "a node has at least one rank");
        DryRun {
            node_size: ranks,
            ..self
        }
    }
}

impl Communicator for DryRun {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn post(&self, _: &[Vec<u8>]) -> Result<(), RankError> {
        Ok(())
    }

    /// The other ranks are taken to make the same calls, with the same outcome.
    fn complete(&self, sent: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        for (sent, received) in sent.iter().zip(received) {
            received.clone_from(sent);
        }
        Ok(())
    }

    fn is_dry_run(&self) -> bool {
        true
    }

    fn node_of(&self, rank: usize) -> usize {
        rank / self.node_size
    }
}
