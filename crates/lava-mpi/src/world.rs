//! All ranks that the launcher of MPI has started.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use lava::ranks::{Communicator, RankError};
use mpi::Threading;
use mpi::collective::{CommunicatorCollectives as _, SystemOperation};
use mpi::environment::Universe;
use mpi::point_to_point::{Destination, Source};
use mpi::topology::{Communicator as _, SimpleCommunicator};

use crate::error::MpiError;
use crate::packets::PacketExchange;

/// The ranks that the launcher of MPI has started, as one of them sees them. Clones are the same; when the
/// last is dropped, MPI is finalized.
#[derive(Clone)]
pub struct World {
    shared: Arc<Shared>,
    timeout: Duration,
    /// The node of each rank.
    nodes: Arc<[usize]>,
    connection: Connection,
}

/// A connection with other ranks: with all, or with those of the node.
#[derive(Clone)]
struct Connection {
    others: Arc<[usize]>,
    /// The tag of its messages.
    tag: i32,
}

struct Shared {
    /// Taken when it is dropped.
    universe: Option<Universe>,
    rank: usize,
    size: usize,
    /// The lowest rank of the machine of each rank.
    machines: Arc<[usize]>,
    /// The most bytes of a packet.
    packet: usize,
    /// One thread at a time calls MPI.
    calls: Mutex<()>,
    /// A rank does not answer: MPI cannot be finalized, which would wait for it.
    is_broken: AtomicBool,
}

/// The world of this process, as long as it is used.
static WORLD: Mutex<Weak<Shared>> = Mutex::new(Weak::new());

/// The tag of messages between all ranks.
const ALL: i32 = 1;
/// The tag of those between the ranks of a node.
const NODE: i32 = 2;
/// The memory for messages that MPI has accepted and not yet sent.
const BUFFERED: usize = 64 << 20;
/// The packets to a rank that can be on their way, two on each connection, and some more.
const PACKETS: usize = 5;
/// The memory that MPI needs for a message beside its bytes, amply.
const OVERHEAD: usize = 512;

/// Initializes MPI, if it is not. Returns all ranks that the launcher has started; a program that was started
/// without a launcher has one rank.
///
/// # Errors
/// [`MpiError`] if MPI has been initialized by other code or finalized, or does not let several threads call it.
pub fn world() -> Result<World, MpiError> {
    let mut world = WORLD.lock().unwrap_or_else(PoisonError::into_inner);
    let shared = match world.upgrade() {
        Some(shared) => shared,
        None => Arc::new(Shared::new()?),
    };
    *world = Arc::downgrade(&shared);
    let (own, size) = (shared.rank, shared.size);
    Ok(World {
        timeout: Duration::from_secs(300),
        nodes: Arc::clone(&shared.machines),
        connection: Connection {
            others: (0..size).filter(|rank| *rank != own).collect(),
            tag: ALL,
        },
        shared,
    })
}

impl World {
    /// Sets the time after which a rank that does not answer is reported; 300 s otherwise. It has to be longer than
    /// a step may take, and longer than a rank may work between two calls on the network.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> World {
        World { timeout, ..self }
    }

    /// States the number of ranks of a node, by their numbers, the same on all ranks. A node is a machine otherwise;
    /// sockets of large machines can be nodes, too. With as many as there are ranks, all are on one node, and exchange
    /// messages equally often.
    ///
    /// # Panics
    /// If `ranks` is 0.
    #[must_use]
    pub fn with_node_size(self, ranks: usize) -> World {
        assert!(ranks > 0, "a node has at least one rank");
        let nodes = (0..self.shared.size).map(|rank| rank / ranks);
        World {
            nodes: nodes.collect(),
            ..self
        }
    }

    /// Sends the first packet to each other rank.
    fn post_packets(&self, sent: &[Vec<u8>]) {
        let world = SimpleCommunicator::world();
        let mut packet = Vec::new();
        for &rank in &*self.connection.others {
            PacketExchange::new(&sent[rank], self.shared.packet).next(&mut packet);
            let process = world.process_at_rank(rank as i32);
            process.buffered_send_with_tag(&packet[..], self.connection.tag);
        }
    }

    /// Sends the other packets, and receives those of all others.
    fn complete_packets(
        &self,
        sent: &[Vec<u8>],
        received: &mut [Vec<u8>],
    ) -> Result<(), RankError> {
        let (own, tag) = (self.shared.rank, self.connection.tag);
        let world = SimpleCommunicator::world();
        let mut packet = Vec::new();
        let mut exchanges: Vec<PacketExchange<'_>> = sent
            .iter()
            .map(|message| PacketExchange::begun(message, self.shared.packet))
            .collect();
        let mut left: Vec<usize> = self.connection.others.to_vec();
        let mut backoff = Backoff::new(self.timeout);
        while !left.is_empty() {
            let before = left.len();
            let mut has_arrived = false;
            for &rank in &left {
                let process = world.process_at_rank(rank as i32);
                let Some((message, status)) = process.immediate_matched_probe_with_tag(tag) else {
                    continue;
                };
                has_arrived = true;
                let count = usize::try_from(status.count(u8_type()));
                packet.resize(count.unwrap_or(0), 0);
                message.matched_receive_into(&mut packet[..]);
                let exchange = &mut exchanges[rank];
                exchange.arrived(&packet, &mut received[rank], [own, rank])?;
                if exchange.is_to_send() {
                    exchange.next(&mut packet);
                    process.buffered_send_with_tag(&packet[..], tag);
                }
            }
            left.retain(|rank| !exchanges[*rank].is_over());
            if has_arrived || left.len() < before {
                backoff.reset();
            } else if backoff.is_over() {
                return Err(RankError::Silent {
                    rank: left[0],
                    own,
                    seconds: self.timeout.as_secs(),
                });
            }
        }
        Ok(())
    }
}

fn u8_type() -> mpi::datatype::SystemDatatype {
    <u8 as mpi::datatype::Equivalence>::equivalent_datatype()
}

/// The wait for other ranks: it spins, then yields the processor.
struct Backoff {
    polls: u32,
    since: Option<Instant>,
    timeout: Duration,
}

impl Backoff {
    /// Polls before the thread yields.
    const SPINS: u32 = 200;

    fn new(timeout: Duration) -> Backoff {
        Backoff {
            polls: 0,
            since: None,
            timeout,
        }
    }

    /// Begins again: something has arrived.
    fn reset(&mut self) {
        self.polls = 0;
        self.since = None;
    }

    /// Waits for a moment. Returns `true` if the time is over.
    fn is_over(&mut self) -> bool {
        self.polls = self.polls.saturating_add(1);
        if self.polls < Backoff::SPINS {
            std::hint::spin_loop();
            return false;
        }
        thread::yield_now();
        let since = *self.since.get_or_insert_with(Instant::now);
        since.elapsed() >= self.timeout
    }
}

impl Shared {
    fn new() -> Result<Shared, MpiError> {
        let initialized = mpi::initialize_with_threading(Threading::Serialized);
        let (mut universe, threading) = initialized.ok_or(MpiError::Initialized)?;
        if !matches!(threading, Threading::Serialized | Threading::Multiple) {
            return Err(MpiError::Threads);
        }
        let world = universe.world();
        let (rank, size) = (world.rank() as usize, world.size() as usize);
        let machines = machines(&world);
        let packet = (BUFFERED / (PACKETS * size)).clamp(4 << 10, 64 << 10);
        universe.set_buffer_size(PACKETS * size * (packet + OVERHEAD));
        Ok(Shared {
            universe: Some(universe),
            rank,
            size,
            machines,
            packet,
            calls: Mutex::new(()),
            is_broken: AtomicBool::new(false),
        })
    }
}

/// The lowest rank of the machine of each rank: of those that share memory with it.
fn machines(world: &SimpleCommunicator) -> Arc<[usize]> {
    let mut lowest = 0;
    let machine = world.split_shared(world.rank());
    machine.all_reduce_into(&world.rank(), &mut lowest, SystemOperation::min());
    let mut machines = vec![0; world.size() as usize];
    world.all_gather_into(&lowest, &mut machines[..]);
    machines
        .into_iter()
        .map(|rank: i32| rank as usize)
        .collect()
}

impl Shared {
    /// Lets this thread alone call MPI.
    fn lock(&self) -> MutexGuard<'_, ()> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    /// Finalizes MPI, unless that would wait for a rank that does not answer.
    fn drop(&mut self) {
        if self.is_broken.load(Relaxed) {
            std::mem::forget(self.universe.take());
        }
    }
}

impl Communicator for World {
    fn rank(&self) -> usize {
        self.shared.rank
    }

    fn size(&self) -> usize {
        self.shared.size
    }

    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError> {
        let _calls = self.shared.lock();
        self.post_packets(sent);
        Ok(())
    }

    fn complete(&self, sent: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        let _calls = self.shared.lock();
        let result = self.complete_packets(sent, received);
        if result.is_err() {
            self.shared.is_broken.store(true, Relaxed);
        }
        result
    }

    fn timeout(&self) -> Option<Duration> {
        Some(self.timeout)
    }

    fn node_of(&self, rank: usize) -> usize {
        self.nodes[rank]
    }

    fn of_node(&self) -> Option<Arc<dyn Communicator>> {
        let own = self.nodes[self.shared.rank];
        let others = self.connection.others.iter().copied();
        let world = || World {
            timeout: self.timeout / 2,
            connection: Connection {
                others: others.filter(|rank| self.nodes[*rank] == own).collect(),
                tag: NODE,
            },
            ..self.clone()
        };
        let has_others = self.nodes.iter().any(|node| *node != own);
        has_others.then(|| Arc::new(world()) as Arc<dyn Communicator>)
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MPI rank {} of {}", self.shared.rank, self.shared.size)
    }
}
