//! Independent tasks, with a lockstep group or without: every message arrives, and every run ends.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use lava_core::executor::{Requests, TaskError};
use lava_core::sync::lock;
use lava_core::transport::WaitOutcome;
use shuttle::thread::yield_now;

use crate::check::check;
use crate::lockstep::{FailedAt, failed};
use crate::network::{
    Answer, AsyncBody, Independent, LockstepGroup, Log, Net, NetSpec, Ports, StepBody, connection,
    queue_set,
};

/// An asynchronous task.
fn asynchronous(
    body: impl FnMut(&Ports<'_>) -> Result<Requests, TaskError> + Send + 'static,
) -> Independent {
    let body: AsyncBody = Box::new(body);
    Independent::Async(body)
}

/// The body of a task with steps.
fn step(body: impl FnMut(i32) -> Result<Answer, TaskError> + Send + 'static) -> StepBody {
    Box::new(body)
}

/// A lockstep group.
fn lockstep(body: StepBody, workers: usize) -> Option<LockstepGroup> {
    Some(LockstepGroup { body, workers })
}

/// Sends the next `count` numbers into `queue` in every run.
fn counter(queue: usize, count: i32) -> Independent {
    let mut sent = 0;
    asynchronous(move |ports| {
        for _ in 0..count {
            sent += 1;
            ports.send(queue, sent);
        }
        Ok(Requests::NONE)
    })
}

/// Sends numbers until the run is to end, at most `limit`, and logs them.
fn counter_until_end(queue: usize, limit: usize, sent: &Log) -> Independent {
    let sent = Arc::clone(sent);
    asynchronous(move |ports| {
        for _ in 0..limit {
            if ports.run.is_ending() {
                break;
            }
            let next = lock(&sent).len() as i32 + 1;
            ports.send(queue, next);
            lock(&sent).push(next);
        }
        Ok(Requests::NONE)
    })
}

/// Logs what it receives until no more can come.
fn logger(queues: &'static [usize], log: &Log) -> Independent {
    let log = Arc::clone(log);
    asynchronous(move |ports| {
        while let Some(message) = ports.receive(queues) {
            lock(&log).push(message);
        }
        Ok(Requests::NONE)
    })
}

/// Adds one to what it receives, and sends it on.
fn echo(from: &'static [usize], to: usize) -> Independent {
    asynchronous(move |ports| {
        while let Some(message) = ports.receive(from) {
            ports.send(to, message + 1);
        }
        Ok(Requests::NONE)
    })
}

/// Sends the number of its step: 1, 2, 3, ….
fn step_number() -> StepBody {
    let mut sent = 0;
    step(move |_| {
        sent += 1;
        Ok(sent.into())
    })
}

/// Logs what it receives and sends its double.
fn doubling(log: &Log) -> StepBody {
    let log = Arc::clone(log);
    step(move |received| {
        lock(&log).push(received);
        Ok((2 * received).into())
    })
}

/// Does nothing until the run is to end.
fn idle(ports: &Ports<'_>) {
    while !ports.run.is_ending() {
        yield_now();
    }
}

fn logged(log: &Log) -> Vec<i32> {
    lock(log).clone()
}

fn up_to(last: i32) -> Vec<i32> {
    (1..=last).collect()
}

#[test]
fn messages_arrive_in_order_through_short_queues() {
    check(|| {
        let log = Log::default();
        let net = Net::new(NetSpec {
            independent: vec![counter(0, 4), echo(&[0], 1), logger(&[1], &log)],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(0, 1, 1), connection(1, 2, 2)],
            ..NetSpec::default()
        });
        assert_eq!(net.run(2).expect("no task fails"), Requests::NONE);
        assert_eq!(logged(&log), [2, 3, 4, 5]);
    });
}

/// Requests the end of a run at any time.
fn interrupted(requests: Requests, has_lockstep: bool) {
    let (sent, log) = (Log::default(), Log::default());
    let net = Net::new(NetSpec {
        independent: vec![counter_until_end(0, 4, &sent), logger(&[0], &log)],
        lockstep: has_lockstep
            .then_some(2)
            .and_then(|workers| lockstep(step_number(), workers)),
        connections: vec![connection(0, 1, 1)],
        ..NetSpec::default()
    });
    for _ in 0..2 {
        net.run_interrupted(2, requests).expect("no task fails");
        assert_eq!(logged(&log), logged(&sent));
    }
}

#[test]
fn a_pause_at_any_time_loses_no_message() {
    check(|| interrupted(Requests::PAUSE, true));
    check(|| interrupted(Requests::PAUSE, false));
}

#[test]
fn a_stop_at_any_time_loses_no_message() {
    check(|| interrupted(Requests::STOP, true));
    check(|| interrupted(Requests::STOP, false));
}

#[test]
fn the_message_of_every_step_arrives() {
    check(|| {
        let log = Log::default();
        let net = Net::new(NetSpec {
            independent: vec![logger(&[0], &log)],
            lockstep: lockstep(step_number(), 2),
            connections: vec![connection(1, 0, 1)],
            ..NetSpec::default()
        });
        net.run_interrupted(3, Requests::PAUSE)
            .expect("no task fails");
        assert_eq!(logged(&log), up_to(net.steps()));
        net.run(2).expect("no task fails");
        assert_eq!(logged(&log), up_to(net.steps()));
    });
}

#[test]
fn a_gated_step_takes_its_message_or_is_not_run() {
    check(|| {
        let (sent, log) = (Log::default(), Log::default());
        let net = Net::new(NetSpec {
            independent: vec![counter_until_end(0, 6, &sent)],
            lockstep: lockstep(doubling(&log), 2),
            connections: vec![connection(0, 1, 1)],
            is_gated: true,
        });
        for _ in 0..2 {
            net.run_interrupted(2, Requests::PAUSE)
                .expect("no task fails");
            assert_eq!(logged(&log), up_to(net.steps()));
            assert!(logged(&sent).len() >= logged(&log).len());
        }
    });
}

#[test]
fn without_a_gate_no_message_is_lost() {
    check(|| {
        let log = Log::default();
        let net = Net::new(NetSpec {
            independent: vec![counter(0, 3)],
            lockstep: lockstep(doubling(&log), 1),
            connections: vec![connection(0, 1, 4)],
            ..NetSpec::default()
        });
        net.run(3).expect("no task fails");
        net.run(3).expect("no task fails");
        let received = logged(&log).into_iter().filter(|message| *message != 0);
        let received: Vec<i32> = received.collect();
        assert!(received.len() >= 3);
        assert_eq!(received, up_to(received.len() as i32));
    });
}

#[test]
fn a_message_that_cannot_come_blocks_no_step() {
    check(|| {
        let log = Log::default();
        let net = Net::new(NetSpec {
            independent: vec![counter(0, 2)],
            lockstep: lockstep(doubling(&log), 2),
            connections: vec![connection(0, 1, 1)],
            is_gated: true,
        });
        net.run(4).expect("no task fails");
        assert_eq!(logged(&log), [1, 2, 0, 0]);
    });
}

#[test]
fn a_message_goes_out_and_back_in_every_step() {
    check(|| {
        let log = Log::default();
        let net = Net::new(NetSpec {
            independent: vec![echo(&[0], 1)],
            lockstep: lockstep(doubling(&log), 1),
            connections: vec![connection(1, 0, 1), connection(0, 1, 1)],
            is_gated: true,
        });
        net.run(4).expect("no task fails");
        assert_eq!(logged(&log), [0, 1, 3, 7]);
    });
}

#[test]
fn queues_that_are_too_short_do_not_deadlock() {
    check(|| {
        let logs = [Log::default(), Log::default()];
        let talker = |to: usize, from: &'static [usize], log: &Log| {
            let log = Arc::clone(log);
            asynchronous(move |ports| {
                (1..=3).for_each(|message| ports.send(to, message));
                while let Some(message) = ports.receive(from) {
                    lock(&log).push(message);
                }
                Ok(Requests::NONE)
            })
        };
        let net = Net::new(NetSpec {
            independent: vec![talker(0, &[1], &logs[0]), talker(1, &[0], &logs[1])],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(0, 1, 1), connection(1, 0, 1)],
            ..NetSpec::default()
        });
        net.run(1).expect("no task fails");
        logs.iter()
            .for_each(|log| assert_eq!(logged(log), [1, 2, 3]));
    });
}

#[test]
fn messages_of_several_queues_are_summed() {
    check(|| {
        let log = Log::default();
        let net = Net::new(NetSpec {
            independent: vec![counter(0, 3), logger(&[0, 1], &log)],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(0, 1, 1), connection(2, 1, 1)],
            ..NetSpec::default()
        });
        net.run(3).expect("no task fails");
        assert_eq!(logged(&log), [2, 4, 6]);
    });
}

#[test]
fn a_receiver_waits_for_any_of_several_senders() {
    check(|| {
        let log = Log::default();
        let heard = Arc::clone(&log);
        let picks = asynchronous(move |ports| {
            let inputs = [queue_set(&[0]), queue_set(&[1])];
            // Waits for the first message end by their timeout, again and again.
            let timeout = Some(Duration::ZERO);
            while ports.wait(&inputs, timeout) == WaitOutcome::TimedOut {}
            while ports.wait(&inputs, None) == WaitOutcome::Ready {
                let first = ports.coordinator.has_message(&inputs[..1]);
                lock(&heard).push(ports.take(&[usize::from(!first)]));
            }
            Ok(Requests::NONE)
        });
        let net = Net::new(NetSpec {
            independent: vec![counter(0, 2), counter(1, 3), picks],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(0, 2, 1), connection(1, 2, 1)],
            ..NetSpec::default()
        });
        net.run(1).expect("no task fails");
        let mut heard = logged(&log);
        heard.sort_unstable();
        assert_eq!(heard, [1, 1, 2, 2, 3]);
    });
}

#[test]
fn no_sender_waits_for_a_receiver_that_has_finished() {
    check(|| {
        let log = Log::default();
        let heard = Arc::clone(&log);
        let lazy = asynchronous(move |ports| {
            lock(&heard).extend(ports.receive(&[0]));
            Ok(Requests::NONE)
        });
        let net = Net::new(NetSpec {
            independent: vec![lazy],
            lockstep: lockstep(step_number(), 2),
            connections: vec![connection(1, 0, 2)],
            ..NetSpec::default()
        });
        net.run(4).expect("no task fails");
        net.run(1).expect("no task fails");
        assert_eq!(logged(&log), [1, 2], "messages in the queue are kept");
    });
}

#[test]
fn a_receiver_that_finishes_frees_its_senders() {
    check(|| {
        let net = Net::new(NetSpec {
            independent: vec![counter(0, 3), asynchronous(|_| Ok(Requests::NONE))],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(0, 1, 1), connection(2, 1, 1)],
            ..NetSpec::default()
        });
        net.run(2).expect("no task fails");
    });
}

#[test]
fn a_participant_may_send_after_a_timeout() {
    check(|| {
        let log = Log::default();
        let gives_up = asynchronous(|ports| {
            let outcome = ports.wait(&[queue_set(&[1])], Some(Duration::ZERO));
            assert_eq!(outcome, WaitOutcome::TimedOut);
            ports.send(0, 7);
            Ok(Requests::NONE)
        });
        let net = Net::new(NetSpec {
            independent: vec![gives_up, asynchronous(|_| Ok(Requests::NONE))],
            lockstep: lockstep(doubling(&log), 1),
            connections: vec![connection(0, 2, 1), connection(1, 0, 1)],
            is_gated: true,
        });
        net.run(1).expect("no task fails");
        assert_eq!(logged(&log), [7]);
    });
}

#[test]
fn a_pause_frees_the_lockstep_group_from_an_idle_receiver() {
    check(|| {
        let log = Log::default();
        let heard = Arc::clone(&log);
        let late = asynchronous(move |ports| {
            idle(ports);
            while let Some(message) = ports.receive(&[0]) {
                lock(&heard).push(message);
            }
            Ok(Requests::NONE)
        });
        let net = Net::new(NetSpec {
            independent: vec![late],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(1, 0, 1)],
            ..NetSpec::default()
        });
        net.run_interrupted(3, Requests::PAUSE)
            .expect("no task fails");
        assert_eq!(logged(&log), up_to(net.steps()));
    });
}

#[test]
fn a_detached_task_takes_the_steps_of_the_lockstep_group() {
    check(|| {
        let (inner, log) = (Log::default(), Log::default());
        let net = Net::new(NetSpec {
            independent: vec![Independent::Detached(doubling(&inner)), logger(&[1], &log)],
            lockstep: lockstep(step_number(), 1),
            connections: vec![connection(2, 0, 1), connection(0, 1, 1)],
            ..NetSpec::default()
        });
        net.run_interrupted(3, Requests::PAUSE)
            .expect("no task fails");
        let steps = net.steps();
        assert_eq!(logged(&inner), up_to(steps));
        assert_eq!(
            logged(&log),
            (1..=steps).map(|step| 2 * step).collect::<Vec<_>>()
        );
    });
}

/// Sends two numbers, calls `act`, and sends a third.
fn sender_that(act: fn(&Ports<'_>) -> Result<Requests, TaskError>) -> Independent {
    let mut sent = 0;
    asynchronous(move |ports| {
        for _ in 0..2 {
            sent += 1;
            ports.send(0, sent);
        }
        let requests = act(ports)?;
        sent += 1;
        ports.send(0, sent);
        Ok(requests)
    })
}

/// A task that acts, a logger, an idle task, and a lockstep task that waits for a message that does
/// not come.
fn net_with(act: fn(&Ports<'_>) -> Result<Requests, TaskError>, log: &Log) -> Net {
    let idler = asynchronous(|ports| {
        idle(ports);
        Ok(Requests::NONE)
    });
    Net::new(NetSpec {
        independent: vec![sender_that(act), logger(&[0], log), idler],
        lockstep: lockstep(doubling(&Log::default()), 2),
        connections: vec![connection(0, 1, 1), connection(2, 3, 1)],
        is_gated: true,
    })
}

#[test]
fn an_error_or_panic_of_an_independent_task_ends_the_run() {
    fn fails(_: &Ports<'_>) -> Result<Requests, TaskError> {
        Err("failed".into())
    }
    fn panics(_: &Ports<'_>) -> Result<Requests, TaskError> {
        resume_unwind(Box::new("panicked"))
    }
    check(|| {
        for act in [fails, panics] {
            let log = Log::default();
            let net = net_with(act, &log);
            for run in 1..=2 {
                // Tasks 0 and 1 are those of the workers.
                assert_eq!(failed(net.run(u64::MAX)), FailedAt::new("2", 0));
                assert_eq!(logged(&log), up_to(2 * run), "messages sent before arrive");
            }
        }
    });
}

#[test]
fn a_failure_of_an_independent_task_ends_steps_without_a_gate() {
    check(|| {
        let steps = step(|_| {
            yield_now();
            Ok(0.into())
        });
        let net = Net::new(NetSpec {
            independent: vec![asynchronous(|_| Err("failed".into()))],
            lockstep: lockstep(steps, 2),
            connections: vec![connection(1, 0, 1)],
            ..NetSpec::default()
        });
        assert_eq!(failed(net.run(u64::MAX)), FailedAt::new("2", 0));
    });
}

#[test]
fn an_independent_task_ends_the_run() {
    fn pauses(ports: &Ports<'_>) -> Result<Requests, TaskError> {
        ports.run.pause();
        Ok(Requests::NONE)
    }
    fn stops(_: &Ports<'_>) -> Result<Requests, TaskError> {
        Ok(Requests::STOP)
    }
    check(|| {
        for act in [pauses, stops] {
            let log = Log::default();
            let net = net_with(act, &log);
            let ended = net.run(u64::MAX).expect("no task fails");
            assert!(ended.intersects(Requests::END));
            assert_eq!(logged(&log), up_to(3));
        }
    });
    check(|| {
        let net = Net::new(NetSpec {
            independent: vec![asynchronous(stops)],
            ..NetSpec::default()
        });
        let ended = net.run(1).expect("no task fails");
        assert_eq!(ended, Requests::STOP, "without a lockstep group too");
    });
}

#[test]
fn a_failure_of_a_lockstep_task_ends_the_run() {
    check(|| {
        for panics in [false, true] {
            let (sent, log) = (Log::default(), Log::default());
            let mut steps = 0;
            let fails = step(move |_| {
                steps += 1;
                if steps != 2 {
                    return Ok(steps.into());
                }
                if panics {
                    resume_unwind(Box::new("panicked"));
                }
                Err("failed".into())
            });
            let net = Net::new(NetSpec {
                independent: vec![
                    counter_until_end(0, 6, &sent),
                    logger(&[0], &log),
                    logger(&[1], &Log::default()),
                ],
                lockstep: lockstep(fails, 2),
                connections: vec![connection(0, 1, 1), connection(3, 2, 1)],
                ..NetSpec::default()
            });
            assert_eq!(failed(net.run(u64::MAX)), FailedAt::new("0", 2));
            assert_eq!(logged(&log), logged(&sent));
            net.run(1).expect("no task fails");
            assert_eq!(logged(&log), logged(&sent));
        }
    });
}
