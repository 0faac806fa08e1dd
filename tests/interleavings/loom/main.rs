//! The places where workers meet, under `loom`: every order of two or three threads, and every
//! value that the memory model allows an atomic to have.

#[path = "../../../lava/src/runtime/barrier.rs"]
mod barrier;
#[path = "../../../lava/src/runtime/exchange.rs"]
mod exchange;

mod sync;

use std::sync::Arc;

use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};
use loom::thread;

use barrier::Barrier;
use exchange::Exchange;

/// In how many places a thread is made to wait for another at most, where trying all of them takes
/// too long.
const PREEMPTIONS: usize = 3;

/// Runs `work` as each of several workers, in every order.
fn check<T: Send + Sync + 'static>(workers: usize, share: fn(usize) -> T, work: fn(&T, usize)) {
    check_within(None, workers, share, work);
}

/// The same with a bound on preemptions.
fn check_within<T: Send + Sync + 'static>(
    preemptions: Option<usize>,
    workers: usize,
    share: fn(usize) -> T,
    work: fn(&T, usize),
) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = preemptions;
    model.check(move || {
        let shared = Arc::new(share(workers));
        let others = (1..workers).map(|worker| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared, worker))
        });
        let others: Vec<_> = others.collect();
        work(&shared, 0);
        for other in others {
            other.join().expect("nobody panics");
        }
    });
}

/// A number of each worker. Reading and writing them orders nothing, so loom hands out any number
/// that what is checked does not rule out.
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

fn at_a_barrier(workers: usize) -> (Barrier, Notes) {
    (Barrier::new(workers), Notes::new(workers))
}

fn on_a_floor(workers: usize) -> (Exchange, Notes) {
    (Exchange::new(workers), Notes::new(workers))
}

#[test]
fn what_each_did_before_a_barrier_all_see_afterwards() {
    check(2, at_a_barrier, |(barrier, notes), worker| {
        notes.write(worker, 1);
        barrier.wait();
        assert_eq!(notes.read_all(), [1; 2]);
    });
}

#[test]
fn three_meet_at_a_barrier() {
    check_within(
        Some(PREEMPTIONS),
        3,
        at_a_barrier,
        |(barrier, notes), worker| {
            notes.write(worker, 1);
            barrier.wait();
            assert_eq!(notes.read_all(), [1; 3]);
        },
    );
}

#[test]
fn a_barrier_can_be_passed_again_and_again() {
    check_within(
        Some(PREEMPTIONS),
        2,
        at_a_barrier,
        |(barrier, notes), worker| {
            for round in 1..=2 {
                notes.write(worker, round);
                barrier.wait();
                assert_eq!(notes.read_all(), [round; 2]);
                barrier.wait();
            }
        },
    );
}

#[test]
fn all_agree_on_what_was_asked_for_in_every_meeting() {
    check_within(Some(PREEMPTIONS), 2, on_a_floor, |(exchange, _), worker| {
        for (meeting, asked) in [[1, 2], [0, 4], [8, 0], [0, 0]].into_iter().enumerate() {
            let all = exchange.meet(asked[worker]);
            assert_eq!(all, asked[0] | asked[1], "meeting {meeting}");
        }
    });
}

#[test]
fn who_waits_for_a_turn_sees_what_it_did() {
    check(2, on_a_floor, |(exchange, notes), worker| {
        for turn in 1..=2 {
            if worker == 0 {
                notes.write(0, turn);
                exchange.done(0, turn);
            } else {
                assert!(exchange.await_turns(0, turn));
                assert!(notes.read(0) >= turn);
            }
        }
    });
}

#[test]
fn who_waits_for_one_that_gives_up_waits_no_longer() {
    check(2, on_a_floor, |(exchange, notes), worker| {
        if worker == 0 {
            notes.write(0, 1);
            exchange.done(0, 1);
            exchange.give_up(0);
        } else {
            assert!(exchange.await_turns(0, 1), "this turn was done");
            assert_eq!(notes.read(0), 1);
            assert!(!exchange.await_turns(0, 2), "this one never will be");
        }
    });
}

#[test]
fn what_is_asked_from_outside_is_heard_in_time_and_forgotten_before_the_next_run() {
    check(2, on_a_floor, |(exchange, notes), thread| {
        if thread == 0 {
            notes.write(0, 1);
            exchange.ask(4);
        } else {
            while exchange.asked() == 0 {
                thread::yield_now();
            }
            assert_eq!((exchange.asked(), notes.read(0)), (4, 1));
            exchange.begin();
            assert_eq!(exchange.asked(), 0);
        }
    });
}
