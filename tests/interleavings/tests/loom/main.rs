//! The synchronisation of workers under `loom`: every order of two or three threads, and every value
//! that the memory model allows an atomic to have.

#![cfg(lava_check = "loom")]

mod life_cycle;

use std::sync::Arc;

use lava_core::executor::{Barrier, Progress, Requests, StepSync, WorkerId};
use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
use loom::thread;

/// The limit of involuntary switches between threads, where trying all of them takes too long.
const PREEMPTIONS: usize = 3;

/// Runs `work` as each of `workers` workers, in every order.
fn check<T: Send + Sync + 'static>(workers: usize, make: fn(usize) -> T, work: fn(&T, usize)) {
    check_within(None, workers, make, work);
}

/// Runs `work` in every order with at most `preemptions` preemptions.
fn check_within<T: Send + Sync + 'static>(
    preemptions: Option<usize>,
    workers: usize,
    make: fn(usize) -> T,
    work: fn(&T, usize),
) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = preemptions;
    model.check(move || {
        let shared = Arc::new(make(workers));
        let others = (1..workers).map(|worker| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared, worker))
        });
        let others: Vec<_> = others.collect();
        work(&shared, 0);
        for other in others {
            other.join().expect("it does not panic");
        }
    });
}

/// A number of each worker. Reading and writing them orders nothing, so loom returns any number
/// that the synchronisation under check does not rule out.
struct Notes(Vec<AtomicU64>);

impl Notes {
    fn new(workers: usize) -> Notes {
        Notes((0..workers).map(|_| AtomicU64::new(0)).collect())
    }

    fn write(&self, worker: usize, number: u64) {
        self.0[worker].store(number, Relaxed);
    }

    fn read(&self, worker: usize) -> u64 {
        self.0[worker].load(Relaxed)
    }

    fn read_all(&self) -> Vec<u64> {
        self.0.iter().map(|note| note.load(Relaxed)).collect()
    }
}

fn barrier(workers: usize) -> (Barrier, Notes) {
    (Barrier::new(workers), Notes::new(workers))
}

fn step_sync(workers: usize) -> (StepSync, Notes) {
    (StepSync::new(workers), Notes::new(workers))
}

/// The first `slots` slots of worker 0.
fn progress(slots: u64) -> Progress {
    let worker = WorkerId(0);
    Progress { worker, slots }
}

#[test]
fn writes_before_a_barrier_are_visible_after_it() {
    check(2, barrier, |(barrier, notes), worker| {
        notes.write(worker, 1);
        barrier.meet(WorkerId(worker), Requests::NONE);
        assert_eq!(notes.read_all(), [1; 2]);
    });
}

#[test]
fn three_workers_meet_at_a_barrier() {
    check_within(Some(PREEMPTIONS), 3, barrier, |(barrier, notes), worker| {
        notes.write(worker, 1);
        barrier.meet(WorkerId(worker), Requests::NONE);
        assert_eq!(notes.read_all(), [1; 3]);
    });
}

#[test]
fn a_barrier_can_be_used_again() {
    check_within(Some(PREEMPTIONS), 2, barrier, |(barrier, notes), worker| {
        for round in 1..=2 {
            notes.write(worker, round);
            barrier.meet(WorkerId(worker), Requests::NONE);
            assert_eq!(notes.read_all(), [round; 2]);
            barrier.meet(WorkerId(worker), Requests::NONE);
        }
    });
}

#[test]
fn every_sync_returns_the_requests_of_all() {
    check_within(Some(PREEMPTIONS), 2, step_sync, |(sync, _), worker| {
        let meetings = [[1, 2], [0, 4], [8, 0], [0, 0]];
        for (meeting, requests) in meetings.into_iter().enumerate() {
            let [own, all] = [requests[worker], requests[0] | requests[1]];
            let returned = sync.sync(WorkerId(worker), Requests::from_bits(own));
            assert_eq!(returned.bits(), all, "meeting {meeting}");
        }
    });
}

#[test]
fn three_workers_exchange_requests_in_words_that_are_written_again() {
    check_within(Some(1), 3, step_sync, |(sync, notes), worker| {
        for meeting in 1..=3_u64 {
            notes.write(worker, meeting);
            let own = Requests::from_bits(1 << worker);
            let all = sync.sync(WorkerId(worker), own.when(meeting != 2));
            assert_eq!(all.bits(), if meeting == 2 { 0 } else { 7 });
            assert!(notes.read_all().iter().all(|note| *note >= meeting));
        }
    });
}

#[test]
fn published_progress_makes_earlier_writes_visible() {
    check(2, step_sync, |(sync, notes), worker| {
        for slot in 1..=2 {
            if worker == 0 {
                notes.write(0, slot);
                sync.publish(progress(slot));
            } else {
                assert!(sync.wait_for(progress(slot)));
                assert!(notes.read(0) >= slot);
            }
        }
    });
}

#[test]
fn a_wait_for_an_abandoned_run_returns() {
    check(2, step_sync, |(sync, notes), worker| {
        if worker == 0 {
            notes.write(0, 1);
            sync.publish(progress(1));
            sync.abandon(WorkerId(0));
        } else {
            assert!(sync.wait_for(progress(1)), "this slot was done");
            assert_eq!(notes.read(0), 1);
            assert!(!sync.wait_for(progress(2)), "this one never will be");
        }
    });
}

#[test]
fn a_request_from_outside_is_seen_and_dropped_before_the_next_run() {
    check(2, step_sync, |(sync, notes), thread| {
        if thread == 0 {
            notes.write(0, 1);
            sync.request(Requests::LEARNING);
        } else {
            while sync.requested().is_empty() {
                thread::yield_now();
            }
            assert_eq!((sync.requested(), notes.read(0)), (Requests::LEARNING, 1));
            sync.start_run();
            assert!(sync.requested().is_empty());
        }
    });
}
