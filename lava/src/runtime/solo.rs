//! Models that run by themselves, each on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::clock::Clock;
use super::crossing::{AnyQueue, Inlet};
use super::floor::{Floor, Inside, Recorder, message};
use super::gate::{Door, pass};
use super::hand::Hand;
use super::hub::{Doing, Feeds, Hub, Waited};
use crate::Result;
use crate::model::{Node, Phase, Remote, Run, request};

/// All models of a network that run by themselves.
pub(super) struct Solos {
    hub: Arc<Hub>,
    /// By party.
    parts: Vec<usize>,
    crew: Vec<Hand<u64>>,
    /// The clocks of those that have steps.
    clocks: Vec<Arc<Clock>>,
    /// The queues of the connections that they have, by number, and which process sends.
    queues: Vec<(usize, Arc<dyn AnyQueue>)>,
}

/// A model that runs by itself.
pub(super) struct Solo {
    pub(super) part: usize,
    pub(super) party: usize,
    pub(super) course: Course,
}

/// How it runs.
pub(super) enum Course {
    /// As it likes.
    Async,
    /// In steps.
    Detached(Detached),
}

/// A model in steps of its own: it takes one whenever there is a message from everywhere.
pub(super) struct Detached {
    pub(super) clock: Arc<Clock>,
    /// The queues that it receives from.
    pub(super) feeds: Feeds,
    pub(super) inlets: Vec<Box<dyn Inlet>>,
    /// What it needs from outside.
    pub(super) doors: Vec<Arc<dyn Door>>,
    /// Send what it has sent in a step.
    pub(super) feeders: Vec<Box<dyn Recorder>>,
    /// Whether what it sends may come back to it: then there may always be another message.
    pub(super) circles: bool,
    /// What it is at.
    pub(super) phase: Phase,
}

impl Solos {
    /// Starts the threads.
    pub(super) fn hire(
        floor: &Arc<Floor>,
        hub: &Arc<Hub>,
        solos: Vec<Solo>,
        queues: Vec<(usize, Arc<dyn AnyQueue>)>,
    ) -> Result<Solos> {
        let clock = |solo: &Solo| match &solo.course {
            Course::Async => None,
            Course::Detached(detached) => Some(Arc::clone(&detached.clock)),
        };
        let clocks = solos.iter().filter_map(clock).collect();
        let parts = solos.iter().map(|solo| solo.part).collect();
        let hand = |mut solo: Solo| {
            let (floor, hub) = (Arc::clone(floor), Arc::clone(hub));
            let name = format!("lava {}", floor.label(solo.part).process);
            Hand::hire(name, move |orders| {
                for steps in orders {
                    solo.run(&floor, &hub, steps);
                    hub.leave(solo.party);
                }
            })
        };
        Ok(Solos {
            crew: solos.into_iter().map(hand).collect::<Result<_>>()?,
            hub: Arc::clone(hub),
            parts,
            clocks,
            queues,
        })
    }

    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Has all of them run, beside so many steps of those in step.
    pub(super) fn order(&self, steps: u64) {
        self.crew.iter().for_each(|hand| hand.order(steps));
    }

    /// What each is at, by its part, and how often it has begun something else.
    pub(super) fn activities(&self) -> impl Iterator<Item = (usize, u64, Doing)> {
        let parts = self.parts.iter().zip(self.hub.activities());
        parts.map(|(part, (moves, doing))| (*part, moves, doing))
    }

    /// Those in step have ended their run.
    pub(super) fn go_on_alone(&self) {
        self.hub.leave(self.hub.in_step());
    }

    /// Back to the state before the first step; what is on its way is forgotten.
    pub(super) fn reset(&self) {
        self.clocks.iter().for_each(|clock| clock.reset());
        for (number, (_, queue)) in self.queues.iter().enumerate() {
            self.hub.clear(number);
            queue.clear();
        }
    }

    /// Forgets what a process has sent.
    pub(super) fn reset_process(&self, process: usize) {
        for (number, (sender, queue)) in self.queues.iter().enumerate() {
            if *sender == process {
                self.hub.clear(number);
                queue.clear();
            }
        }
    }
}

impl Solo {
    /// Runs for the time of a run.
    fn run(&mut self, floor: &Floor, hub: &Hub, steps: u64) {
        let _inside = Inside::enter(floor);
        let Solo {
            part,
            party,
            course,
        } = self;
        let interrupt = |request| {
            floor.interrupt(request);
            hub.end();
            floor.ring();
        };
        let run = Run {
            steps,
            party: *party,
            hub,
            interrupt: &interrupt,
        };
        let act = || {
            floor.models.with(*part, |node| match course {
                Course::Async => node.run_async(&run),
                Course::Detached(detached) => detached.run(node, floor, &run),
            })
        };
        let cause = match catch_unwind(AssertUnwindSafe(act)) {
            Ok(Ok(0)) => return,
            Ok(Ok(asked)) => return interrupt(asked),
            Ok(Err(cause)) => Ok(cause),
            Err(panic) => Err(message(panic.as_ref())),
        };
        let (phase, step) = match course {
            Course::Async => (Phase::Async, 0),
            Course::Detached(detached) => (detached.phase, detached.clock.time_step()),
        };
        let error = floor.label(*part).error(phase, step, cause);
        floor.fail_alone(*part, error);
        hub.end();
        floor.ring();
    }
}

impl Detached {
    /// Runs steps until there are enough, or no more messages. Returns what the model asks for.
    fn run(&mut self, node: &mut dyn Node, floor: &Floor, run: &Run<'_>) -> Result<u8> {
        for _ in 0..run.steps {
            if !self.may_step(run) {
                break;
            }
            let asked = self.step(node, floor)?;
            let feeders = self.feeders.iter_mut();
            feeders.for_each(|feeder| feeder.record(floor));
            if asked & (request::PAUSE | request::STOP) != 0 {
                return Ok(asked);
            }
        }
        Ok(0)
    }

    /// Waits until there is a message from everywhere; false if there will be none.
    fn may_step(&self, run: &Run<'_>) -> bool {
        if (self.inlets.is_empty() || self.circles) && run.is_ending() {
            return false;
        }
        let feeds = std::slice::from_ref(&self.feeds);
        let arrived = || run.hub.await_message(run.party, feeds, None) == Waited::Ready;
        (self.inlets.is_empty() || arrived()) && pass(&self.doors, &|| run.is_ending())
    }

    fn step(&mut self, node: &mut dyn Node, floor: &Floor) -> Result<u8> {
        self.clock.advance();
        let tick = self.clock.tick();
        self.inlets.iter_mut().for_each(|inlet| inlet.fill(tick));
        self.phase = Phase::Spike;
        let mut asked = node.spike()?;
        self.clock.end_spiking();
        for (flag, phase) in Phase::GUARDED {
            if asked & flag != 0 {
                self.phase = phase;
                asked |= node.phase(phase, &mut Remote::new(floor))?;
            }
        }
        Ok(asked)
    }
}
