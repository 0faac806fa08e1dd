//! The barrier of the workers: they spin, then yield, then sleep.

use crossbeam_utils::CachePadded;

use super::requests::Requests;
use super::worker::WorkerId;
use crate::sync::{AtomicU64, AtomicUsize, Condvar, Mutex, Ordering, lock, spin_until, wait};

/// A reusable barrier, at which workers exchange requests.
///
/// A worker arrives by writing a word of its own, with the number of the meeting and its requests, and reads
/// those of the others. No word is written by two workers, so none waits for a cache line that it is to write. The
/// words of a meeting are written again two meetings later, when each worker has read them.
///
/// # Ordering
///
/// | step | access | order |
/// |---|---|---|
/// | arrive | `arrivals` of its own: `store` | release (as part of SeqCst) |
/// | leave | `arrivals` of all: `load` | acquire: it sees what each did before |
///
/// A worker that falls asleep increments `sleepers` and then reads the arrivals; one that arrives writes its
/// own and then reads `sleepers` and all arrivals. All are SeqCst: either the sleeper sees the last arrival, or the
/// last to arrive sees the sleeper, and that all have arrived, and notifies it.
#[derive(Debug)]
pub struct Barrier {
    /// By worker: the words of the last two meetings.
    arrivals: Box<[CachePadded<[AtomicU64; 2]>]>,
    sleepers: CachePadded<AtomicUsize>,
    sleep: Mutex<()>,
    arrived: Condvar,
}

/// The number of a meeting, from 1 on.
type Meeting = u64;

/// The bits of a word that requests take; the others are the number of the meeting.
const REQUEST_BITS: u32 = u8::BITS;

impl Barrier {
    /// A barrier of this many workers.
    pub fn new(workers: usize) -> Barrier {
        let none = |_| CachePadded::new([AtomicU64::new(0), AtomicU64::new(0)]);
        Barrier {
            arrivals: (0..workers).map(none).collect(),
            sleepers: CachePadded::new(AtomicUsize::new(0)),
            sleep: Mutex::new(()),
            arrived: Condvar::new(),
        }
    }

    /// Waits, as `worker`, until every worker has arrived; returns the requests of all. All see afterwards what each
    /// did before.
    pub fn meet(&self, worker: WorkerId, requests: Requests) -> Requests {
        let own = &self.arrivals[worker.index()];
        let last = own.each_ref().map(|word| word.load(Ordering::Relaxed));
        let meeting = (last[0].max(last[1]) >> REQUEST_BITS) + 1;
        let word = meeting << REQUEST_BITS | u64::from(requests.bits());
        own[slot(meeting)].store(word, Ordering::SeqCst);
        let has_sleepers = self.sleepers.load(Ordering::SeqCst) > 0;
        if has_sleepers && self.have_all_arrived(meeting, Ordering::SeqCst) {
            drop(lock(&self.sleep));
            self.arrived.notify_all();
        }
        if !spin_until(|| self.have_all_arrived(meeting, Ordering::Acquire)) {
            self.sleep_until_all_arrive(meeting);
        }
        self.requests(meeting)
    }

    /// The words of a meeting, by worker.
    #[inline(always)]
    fn words(&self, meeting: Meeting, order: Ordering) -> impl Iterator<Item = u64> {
        let words = self.arrivals.iter();
        words.map(move |words| words[slot(meeting)].load(order))
    }

    #[inline(always)]
    fn have_all_arrived(&self, meeting: Meeting, order: Ordering) -> bool {
        let mut words = self.words(meeting, order);
        words.all(|word| word >> REQUEST_BITS == meeting)
    }

    /// The requests of all, who have arrived.
    #[inline(always)]
    fn requests(&self, meeting: Meeting) -> Requests {
        let words = self.words(meeting, Ordering::Relaxed);
        Requests::from_bits(words.fold(0, |all, word| all | word as u8))
    }

    #[cold]
    fn sleep_until_all_arrive(&self, meeting: Meeting) {
        let mut guard = lock(&self.sleep);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        while !self.have_all_arrived(meeting, Ordering::SeqCst) {
            guard = wait(&self.arrived, guard);
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The place of the words of a meeting.
#[inline(always)]
fn slot(meeting: Meeting) -> usize {
    (meeting % 2) as usize
}
