//! The runtime of `lava` under model checkers: the threads of a run in every order, or in many.
//!
//! This crate holds tests only, and they are empty without a checker. `check.sh` runs them:
//!
//! | test | checker | builds | scenarios | schedules of each |
//! |---|---|---|---|---|
//! | `shuttle/lockstep.rs` | shuttle | the executor of `lava-core` | 11 | 500 |
//! | `shuttle/independent.rs` | shuttle | the executor and the coordinator | 20 | 500 |
//! | `shuttle/library.rs` | shuttle | `lava` | 2 | 200 |
//! | `shuttle/life_cycle.rs` | shuttle | `lava` | 55 pairs of operations | 200, or `LAVA_SCHEDULES` |
//! | `loom/main.rs` | loom | the barrier and the step synchronisation | 7 | all of two threads, or all with at most three preemptions |
//! | `loom/life_cycle.rs` | loom | the state machine of a network | 45 pairs of operations, 5 triples | all of two threads, or all with at most two preemptions |
//!
//! A scenario that calls the checker several times is run in that many schedules each time.
//!
//! # How the code under check is built
//!
//! `lava_core::sync` has the locks, atomics, condition variables, channels, threads and thread-local
//! values of all crates. `RUSTFLAGS='--cfg lava_check="shuttle"'` or `…="loom"` puts those of the
//! checker in their place; nothing else differs from a normal build. Atomics of the standard library
//! are left where a relaxed value orders nothing: clocks, activities for the watchdog, flags.
//!
//! *Shuttle* runs threads one at a time and draws the next one at every operation on `sync`. Of 500
//! schedules 300 are drawn uniformly and 200 give threads priorities that change at three places
//! (PCT), which finds what needs a particular thread to be late. All atomics are sequentially
//! consistent, a wait with a timeout may time out at any moment, and seeds are fixed: a failure comes
//! again in the next run. A schedule fails if no thread can go on, after 100,000 operations, or if a
//! thread that the library has spawned is not joined.
//!
//! *Loom* tries every order of a few threads and every value that the memory model allows a load to
//! return, which takes too long for more than the synchronisation itself.
//!
//! # How to add a scenario
//!
//! Write a `#[test]` that calls `check(|| …)` (`shuttle/check.rs`). The closure is run in each
//! schedule from the beginning, so it makes its network, runs it and asserts what must hold in every
//! schedule. `lockstep::Net` has five tasks on any number of workers, which an `EndAt` ends in a step
//! and phase; `network::Net` is made of a `NetSpec` of asynchronous, detached and lockstep tasks and
//! the queues between them; `library.rs` uses processes. A thread is spawned with
//! `lava_core::sync::spawn`, never with `std::thread`, and a loop that polls calls
//! `shuttle::thread::yield_now`. Break the code under check on purpose once, to see the scenario fail.
