//! Ranks as threads of one process.

use std::fmt;
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
    /// By rank; unused for this one.
    ends: Vec<LocalEnds>,
    timeout: Duration,
}

/// The channels to another rank and from it.
struct LocalEnds {
    to: Sender<Vec<u8>>,
    from: Receiver<Vec<u8>>,
}

impl LocalRank {
    /// `size` ranks that are connected with each other. A rank waits for 60 s until it reports that another
    /// is silent.
    pub fn group(size: usize) -> Vec<LocalRank> {
        let channels = |_| (0..size).map(|_| unbounded()).collect::<Vec<_>>();
        // By sender, then by receiver.
        let channels: Vec<Vec<_>> = (0..size).map(channels).collect();
        let rank = |rank: usize| {
            let ends = (0..size).map(|other| LocalEnds {
                to: channels[rank][other].0.clone(),
                from: channels[other][rank].1.clone(),
            });
            LocalRank {
                rank,
                ends: ends.collect(),
                timeout: Duration::from_secs(60),
            }
        };
        (0..size).map(rank).collect()
    }

    /// Sets the time after which a rank that does not answer is reported.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> LocalRank {
        LocalRank { timeout, ..self }
    }

    /// The ends of the channels to each other rank.
    fn others(&self) -> impl Iterator<Item = (usize, &LocalEnds)> {
        let ends = self.ends.iter().enumerate();
        ends.filter(|(rank, _)| *rank != self.rank)
    }
}

impl Communicator for LocalRank {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.ends.len()
    }

    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError> {
        for (rank, ends) in self.others() {
            // A rank that has left is noticed when its message is missing.
            let _ = ends.to.send(sent[rank].clone());
        }
        Ok(())
    }

    fn complete(&self, _: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        let own = self.rank;
        for (rank, ends) in self.others() {
            let from = &ends.from;
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
}

impl fmt::Debug for LocalRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "local rank {} of {}", self.rank, self.size())
    }
}
