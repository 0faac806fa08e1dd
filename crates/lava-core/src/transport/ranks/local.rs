//! Ranks as threads of one process.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::RecvTimeoutError;

use super::{Communicator, RankError};
use crate::sync::{Receiver, Sender, spin_until, unbounded};

/// A rank among others in the same process, each on a thread of its own: for tests, and to try a program
/// without MPI.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Lif;
/// use lava::ranks::LocalRank;
///
/// # fn main() {
/// let run = |rank: LocalRank| -> lava::Result<f32> {
///     let net = Network::<Loihi1SimCfg>::new();
///     net.set_ranks(rank)?;
///     let lif: Lif = net.add(Lif::shape([600]).bias_mant(1.0).vth(5.0))?;
///     net.run(RunSteps(3))?;
///     Ok(lif.v.get()?[599]) // the same on every rank, wherever the neuron is
/// };
/// std::thread::scope(|scope| {
///     let ranks = LocalRank::group(2).into_iter();
///     let threads: Vec<_> = ranks.map(|rank| scope.spawn(move || run(rank))).collect();
///     for thread in threads {
///         assert_eq!(thread.join().unwrap().unwrap(), 3.0);
///     }
/// });
/// # }
/// ```
pub struct LocalRank {
    rank: usize,
    size: usize,
    ends: OtherEnds,
    /// Those of the connection with the ranks of a node, for all ranks.
    node_ends: OtherEnds,
    node_size: usize,
    timeout: Duration,
}

/// The ends of the channels to other ranks, and the numbers of these.
type OtherEnds = Vec<(usize, LocalEnds)>;

/// The channels to another rank and from it.
#[derive(Clone)]
struct LocalEnds {
    to: Sender<Vec<u8>>,
    from: Receiver<Vec<u8>>,
}

/// Connects `size` ranks with each other. Returns the ends of each.
fn connected(size: usize) -> Vec<OtherEnds> {
    let channels = |_| (0..size).map(|_| unbounded()).collect::<Vec<_>>();
    // By sender, then by receiver.
    let channels: Vec<Vec<_>> = (0..size).map(channels).collect();
    let ends = |rank: usize| {
        let others = (0..size).filter(move |other| *other != rank);
        let ends = others.map(|other| {
            let to = channels[rank][other].0.clone();
            let from = channels[other][rank].1.clone();
            (other, LocalEnds { to, from })
        });
        ends.collect()
    };
    (0..size).map(ends).collect()
}

impl LocalRank {
    /// `size` ranks that are connected with each other. A rank waits for 60 s until it reports that another
    /// is silent.
    pub fn group(size: usize) -> Vec<LocalRank> {
        let ends = connected(size).into_iter().zip(connected(size));
        let rank = |(rank, (ends, node_ends))| LocalRank {
            rank,
            size,
            ends,
            node_ends,
            node_size: size,
            timeout: Duration::from_secs(60),
        };
        ends.enumerate().map(rank).collect()
    }

    /// Sets the time after which a rank that does not answer is reported; half of it among the ranks of a node.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> LocalRank {
        LocalRank { timeout, ..self }
    }

    /// States the number of ranks of a node, as if several machines were connected: ranks are on nodes by their
    /// numbers. All are on one otherwise.
    ///
    /// # Panics
    /// If `ranks` is 0.
    #[must_use]
    pub fn with_node_size(self, ranks: usize) -> LocalRank {
        assert!(ranks > 0, "a node has at least one rank");
        LocalRank {
            node_size: ranks,
            ..self
        }
    }
}

impl Communicator for LocalRank {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError> {
        for (rank, ends) in &self.ends {
            // A rank that has left is noticed when its message is missing.
            let _ = ends.to.send(sent[*rank].clone());
        }
        Ok(())
    }

    fn complete(&self, _: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        let own = self.rank;
        for &(rank, LocalEnds { ref from, .. }) in &self.ends {
            spin_until(|| !from.is_empty());
            received[rank] = from
                .recv_timeout(self.timeout)
                .map_err(|error| match error {
                    RecvTimeoutError::Timeout => RankError::Silent {
                        rank,
                        own,
                        seconds: self.timeout.as_secs(),
                    },
                    RecvTimeoutError::Disconnected => RankError::Lost { rank, own },
                })?;
        }
        Ok(())
    }

    fn timeout(&self) -> Option<Duration> {
        Some(self.timeout)
    }

    fn node_of(&self, rank: usize) -> usize {
        rank / self.node_size
    }

    fn of_node(&self) -> Option<Arc<dyn Communicator>> {
        let is_near = |rank: usize| self.node_of(rank) == self.node_of(self.rank);
        let ends = self.node_ends.iter().filter(|(rank, _)| is_near(*rank));
        let node = || LocalRank {
            ends: ends.cloned().collect(),
            node_ends: Vec::new(),
            timeout: self.timeout / 2,
            ..*self
        };
        (self.node_size < self.size).then(|| Arc::new(node()) as Arc<dyn Communicator>)
    }
}

impl fmt::Debug for LocalRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "local rank {} of {}", self.rank, self.size)
    }
}
