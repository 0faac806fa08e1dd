//! Models that run by themselves, with others in step: every message arrives, and every run ends.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use shuttle::thread::yield_now;

use crate::check::check;
use crate::hub::Waited;
use crate::in_step::failed;
use crate::mixed::{Act, Ends, Log, Net, Plan, Step, Way};
use crate::model::request;
use crate::sync::lock;
use crate::{Error, Result};

fn alone(act: impl FnMut(&Ends<'_>) -> Result<u8> + Send + 'static) -> Way {
    let act: Act = Box::new(act);
    Way::Alone(act)
}

fn step(step: impl FnMut(i32) -> Result<(u8, i32)> + Send + 'static) -> Step {
    Box::new(step)
}

/// Sends the next `each` numbers into a connection.
fn counts(queue: usize, each: i32) -> Way {
    let mut sent = 0;
    alone(move |ends| {
        for _ in 0..each {
            sent += 1;
            ends.send(queue, sent);
        }
        Ok(0)
    })
}

/// Sends numbers until the run is to end, but no more than `most`. Notes them.
fn counts_on(queue: usize, most: usize, sent: &Log) -> Way {
    let sent = Arc::clone(sent);
    alone(move |ends| {
        for _ in 0..most {
            if ends.run.is_ending() {
                break;
            }
            let next = lock(&sent).len() as i32 + 1;
            ends.send(queue, next);
            lock(&sent).push(next);
        }
        Ok(0)
    })
}

/// Notes what it receives, as long as there may be more.
fn notes(queues: &'static [usize], log: &Log) -> Way {
    let log = Arc::clone(log);
    alone(move |ends| {
        while let Some(message) = ends.receive(queues) {
            lock(&log).push(message);
        }
        Ok(0)
    })
}

/// Sends on what it receives, plus one.
fn echoes(from: &'static [usize], to: usize) -> Way {
    alone(move |ends| {
        while let Some(message) = ends.receive(from) {
            ends.send(to, message + 1);
        }
        Ok(0)
    })
}

/// In step: sends 1, 2, 3, ….
fn clock() -> Step {
    let mut sent = 0;
    step(move |_| {
        sent += 1;
        Ok((0, sent))
    })
}

/// In step: notes what it receives and sends its double.
fn doubles(log: &Log) -> Step {
    let log = Arc::clone(log);
    step(move |received| {
        lock(&log).push(received);
        Ok((0, 2 * received))
    })
}

/// Does nothing until the run is to end.
fn idle(ends: &Ends<'_>) {
    while !ends.run.is_ending() {
        yield_now();
    }
}

fn noted(log: &Log) -> Vec<i32> {
    lock(log).clone()
}

fn up_to(last: i32) -> Vec<i32> {
    (1..=last).collect()
}

#[test]
fn messages_arrive_in_order_through_short_connections() {
    check(|| {
        let log = Log::default();
        let net = Net::new(Plan {
            alone: vec![counts(0, 4), echoes(&[0], 1), notes(&[1], &log)],
            in_step: Some((clock(), 1)),
            queues: vec![(0, 1, 1), (1, 2, 2)],
            ..Plan::default()
        });
        assert_eq!(net.run(2).expect("nobody fails"), 0);
        assert_eq!(noted(&log), [2, 3, 4, 5]);
    });
}

/// A pause or stop from outside comes at any time.
fn interrupted(request: u8, in_step: bool) {
    let (sent, log) = (Log::default(), Log::default());
    let net = Net::new(Plan {
        alone: vec![counts_on(0, 4, &sent), notes(&[0], &log)],
        in_step: in_step.then(|| (clock(), 2)),
        queues: vec![(0, 1, 1)],
        ..Plan::default()
    });
    for _ in 0..2 {
        net.run_interrupted(2, request).expect("nobody fails");
        assert_eq!(noted(&log), noted(&sent));
    }
}

#[test]
fn a_pause_at_any_time_loses_nothing() {
    check(|| interrupted(request::PAUSE, true));
    check(|| interrupted(request::PAUSE, false));
}

#[test]
fn a_stop_at_any_time_loses_nothing() {
    check(|| interrupted(request::STOP, true));
    check(|| interrupted(request::STOP, false));
}

#[test]
fn a_message_of_every_step_arrives() {
    check(|| {
        let log = Log::default();
        let net = Net::new(Plan {
            alone: vec![notes(&[0], &log)],
            in_step: Some((clock(), 2)),
            queues: vec![(1, 0, 1)],
            ..Plan::default()
        });
        net.run_interrupted(3, request::PAUSE)
            .expect("nobody fails");
        assert_eq!(noted(&log), up_to(net.steps()));
        net.run(2).expect("nobody fails");
        assert_eq!(noted(&log), up_to(net.steps()));
    });
}

#[test]
fn a_step_takes_the_message_it_waits_for_or_is_not_made() {
    check(|| {
        let (sent, log) = (Log::default(), Log::default());
        let net = Net::new(Plan {
            alone: vec![counts_on(0, 6, &sent)],
            in_step: Some((doubles(&log), 2)),
            queues: vec![(0, 1, 1)],
            waits: true,
        });
        for _ in 0..2 {
            net.run_interrupted(2, request::PAUSE)
                .expect("nobody fails");
            assert_eq!(noted(&log), up_to(net.steps()));
            assert!(noted(&sent).len() >= noted(&log).len());
        }
    });
}

#[test]
fn without_waiting_nothing_is_lost_either() {
    check(|| {
        let log = Log::default();
        let net = Net::new(Plan {
            alone: vec![counts(0, 3)],
            in_step: Some((doubles(&log), 1)),
            queues: vec![(0, 1, 4)],
            ..Plan::default()
        });
        net.run(3).expect("nobody fails");
        net.run(3).expect("nobody fails");
        let received = noted(&log).into_iter().filter(|message| *message != 0);
        let received: Vec<i32> = received.collect();
        assert!(received.len() >= 3);
        assert_eq!(received, up_to(received.len() as i32));
    });
}

#[test]
fn a_message_that_cannot_come_holds_nothing_up() {
    check(|| {
        let log = Log::default();
        let net = Net::new(Plan {
            alone: vec![counts(0, 2)],
            in_step: Some((doubles(&log), 2)),
            queues: vec![(0, 1, 1)],
            waits: true,
        });
        net.run(4).expect("nobody fails");
        assert_eq!(noted(&log), [1, 2, 0, 0]);
    });
}

#[test]
fn a_question_of_every_step_is_answered() {
    check(|| {
        let log = Log::default();
        let net = Net::new(Plan {
            alone: vec![echoes(&[0], 1)],
            in_step: Some((doubles(&log), 1)),
            queues: vec![(1, 0, 1), (0, 1, 1)],
            waits: true,
        });
        net.run(4).expect("nobody fails");
        assert_eq!(noted(&log), [0, 1, 3, 7]);
    });
}

#[test]
fn connections_that_are_too_short_do_not_stand_still() {
    check(|| {
        let logs = [Log::default(), Log::default()];
        let talker = |to: usize, from: &'static [usize], log: &Log| {
            let log = Arc::clone(log);
            alone(move |ends| {
                (1..=3).for_each(|message| ends.send(to, message));
                while let Some(message) = ends.receive(from) {
                    lock(&log).push(message);
                }
                Ok(0)
            })
        };
        let net = Net::new(Plan {
            alone: vec![talker(0, &[1], &logs[0]), talker(1, &[0], &logs[1])],
            in_step: Some((clock(), 1)),
            queues: vec![(0, 1, 1), (1, 0, 1)],
            ..Plan::default()
        });
        net.run(1).expect("nobody fails");
        logs.iter()
            .for_each(|log| assert_eq!(noted(log), [1, 2, 3]));
    });
}

#[test]
fn messages_of_several_connections_make_one() {
    check(|| {
        let log = Log::default();
        let net = Net::new(Plan {
            alone: vec![counts(0, 3), notes(&[0, 1], &log)],
            in_step: Some((clock(), 1)),
            queues: vec![(0, 1, 1), (2, 1, 1)],
            ..Plan::default()
        });
        net.run(3).expect("nobody fails");
        assert_eq!(noted(&log), [2, 4, 6]);
    });
}

#[test]
fn several_senders_are_heard_by_one_who_waits_for_any() {
    check(|| {
        let log = Log::default();
        let heard = Arc::clone(&log);
        let picks = alone(move |ends| {
            let ports = [[0].as_slice().into(), [1].as_slice().into()];
            let hub = ends.run.hub;
            // The first message is waited for only for a while, over and over.
            let timeout = Some(Duration::ZERO);
            while hub.await_message(ends.run.party, &ports, timeout) == Waited::TimedOut {}
            while hub.await_message(ends.run.party, &ports, None) == Waited::Ready {
                let first = hub.has_message(&ports[..1]);
                lock(&heard).push(ends.take(&[usize::from(!first)]));
            }
            Ok(0)
        });
        let net = Net::new(Plan {
            alone: vec![counts(0, 2), counts(1, 3), picks],
            in_step: Some((clock(), 1)),
            queues: vec![(0, 2, 1), (1, 2, 1)],
            ..Plan::default()
        });
        net.run(1).expect("nobody fails");
        let mut heard = noted(&log);
        heard.sort_unstable();
        assert_eq!(heard, [1, 1, 2, 2, 3]);
    });
}

#[test]
fn nobody_waits_for_a_receiver_that_has_gone() {
    check(|| {
        let log = Log::default();
        let heard = Arc::clone(&log);
        let lazy = alone(move |ends| {
            lock(&heard).extend(ends.receive(&[0]));
            Ok(0)
        });
        let net = Net::new(Plan {
            alone: vec![lazy],
            in_step: Some((clock(), 2)),
            queues: vec![(1, 0, 2)],
            ..Plan::default()
        });
        net.run(4).expect("nobody fails");
        net.run(1).expect("nobody fails");
        assert_eq!(noted(&log), [1, 2], "what the connection holds is kept");
    });
}

#[test]
fn a_receiver_that_goes_is_noticed() {
    check(|| {
        let net = Net::new(Plan {
            alone: vec![counts(0, 3), alone(|_| Ok(0))],
            in_step: Some((clock(), 1)),
            queues: vec![(0, 1, 1), (2, 1, 1)],
            ..Plan::default()
        });
        net.run(2).expect("nobody fails");
    });
}

#[test]
fn who_gives_up_waiting_may_yet_send() {
    check(|| {
        let log = Log::default();
        let gives_up = alone(|ends| {
            let port = [[1].as_slice().into()];
            let timeout = Some(Duration::ZERO);
            let waited = ends.run.hub.await_message(ends.run.party, &port, timeout);
            assert_eq!(waited, Waited::TimedOut);
            ends.send(0, 7);
            Ok(0)
        });
        let net = Net::new(Plan {
            alone: vec![gives_up, alone(|_| Ok(0))],
            in_step: Some((doubles(&log), 1)),
            queues: vec![(0, 2, 1), (1, 0, 1)],
            waits: true,
        });
        net.run(1).expect("nobody fails");
        assert_eq!(noted(&log), [7]);
    });
}

#[test]
fn a_pause_frees_those_in_step_from_a_receiver_that_does_not_receive() {
    check(|| {
        let log = Log::default();
        let heard = Arc::clone(&log);
        let late = alone(move |ends| {
            idle(ends);
            while let Some(message) = ends.receive(&[0]) {
                lock(&heard).push(message);
            }
            Ok(0)
        });
        let net = Net::new(Plan {
            alone: vec![late],
            in_step: Some((clock(), 1)),
            queues: vec![(1, 0, 1)],
            ..Plan::default()
        });
        net.run_interrupted(3, request::PAUSE)
            .expect("nobody fails");
        assert_eq!(noted(&log), up_to(net.steps()));
    });
}

#[test]
fn a_detached_model_makes_the_steps_of_those_in_step() {
    check(|| {
        let (inner, log) = (Log::default(), Log::default());
        let net = Net::new(Plan {
            alone: vec![Way::Detached(doubles(&inner)), notes(&[1], &log)],
            in_step: Some((clock(), 1)),
            queues: vec![(2, 0, 1), (0, 1, 1)],
            ..Plan::default()
        });
        net.run_interrupted(3, request::PAUSE)
            .expect("nobody fails");
        let steps = net.steps();
        assert_eq!(noted(&inner), up_to(steps));
        assert_eq!(
            noted(&log),
            (1..=steps).map(|step| 2 * step).collect::<Vec<_>>()
        );
    });
}

/// Sends two numbers, does something, and sends a third.
fn sends_and(act: fn(&Ends<'_>) -> Result<u8>) -> Way {
    let mut sent = 0;
    alone(move |ends| {
        for _ in 0..2 {
            sent += 1;
            ends.send(0, sent);
        }
        let asked = act(ends)?;
        sent += 1;
        ends.send(0, sent);
        Ok(asked)
    })
}

/// One that does something, one that notes, one that does nothing, and one in step that waits for a
/// message that does not come.
fn with(act: fn(&Ends<'_>) -> Result<u8>, log: &Log) -> Net {
    let idles = alone(|ends| {
        idle(ends);
        Ok(0)
    });
    Net::new(Plan {
        alone: vec![sends_and(act), notes(&[0], log), idles],
        in_step: Some((doubles(&Log::default()), 2)),
        queues: vec![(0, 1, 1), (2, 3, 1)],
        waits: true,
    })
}

#[test]
fn an_error_or_a_panic_of_one_ends_the_run_of_all() {
    fn fails(_: &Ends<'_>) -> Result<u8> {
        Err(Error::Model("failed"))
    }
    fn panics(_: &Ends<'_>) -> Result<u8> {
        resume_unwind(Box::new("panicked"))
    }
    check(|| {
        for act in [fails, panics] {
            let log = Log::default();
            let net = with(act, &log);
            for run in 1..=2 {
                // Parts 0 and 1 are those of the workers.
                assert_eq!(failed(net.run(u64::MAX)), ("2".to_owned(), 0));
                assert_eq!(noted(&log), up_to(2 * run), "what was sent before arrives");
            }
        }
    });
}

#[test]
fn a_failure_of_one_ends_steps_that_wait_for_nothing() {
    check(|| {
        let steps = step(|_| {
            yield_now();
            Ok((0, 0))
        });
        let net = Net::new(Plan {
            alone: vec![alone(|_| Err(Error::Model("failed")))],
            in_step: Some((steps, 2)),
            queues: vec![(1, 0, 1)],
            ..Plan::default()
        });
        assert_eq!(failed(net.run(u64::MAX)), ("2".to_owned(), 0));
    });
}

#[test]
fn one_that_asks_for_the_end_ends_the_run_of_all() {
    fn interrupts(ends: &Ends<'_>) -> Result<u8> {
        (ends.run.interrupt)(request::PAUSE);
        Ok(0)
    }
    fn asks(_: &Ends<'_>) -> Result<u8> {
        Ok(request::STOP)
    }
    check(|| {
        for act in [interrupts, asks] {
            let log = Log::default();
            let net = with(act, &log);
            let asked = net.run(u64::MAX).expect("nobody fails");
            assert!(asked & (request::PAUSE | request::STOP) != 0);
            assert_eq!(noted(&log), up_to(3));
        }
    });
    check(|| {
        let net = Net::new(Plan {
            alone: vec![alone(asks)],
            ..Plan::default()
        });
        let asked = net.run(1).expect("nobody fails");
        assert_eq!(asked, request::STOP, "also where nobody runs in step");
    });
}

#[test]
fn a_failure_in_step_ends_the_run_of_all() {
    check(|| {
        for panics in [false, true] {
            let (sent, log) = (Log::default(), Log::default());
            let mut steps = 0;
            let fails = step(move |_| {
                steps += 1;
                match (steps, panics) {
                    (2, false) => Err(Error::Model("failed")),
                    (2, true) => resume_unwind(Box::new("panicked")),
                    _ => Ok((0, steps)),
                }
            });
            let net = Net::new(Plan {
                alone: vec![
                    counts_on(0, 6, &sent),
                    notes(&[0], &log),
                    notes(&[1], &Log::default()),
                ],
                in_step: Some((fails, 2)),
                queues: vec![(0, 1, 1), (3, 2, 1)],
                ..Plan::default()
            });
            assert_eq!(failed(net.run(u64::MAX)), ("0".to_owned(), 2));
            assert_eq!(noted(&log), noted(&sent));
            net.run(1).expect("nobody fails");
            assert_eq!(noted(&log), noted(&sent));
        }
    });
}
