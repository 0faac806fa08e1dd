//! Networks of models that run by themselves and of models in step, for the tests in `alone`.

use std::sync::Arc;

use crate::Result;
use crate::clock::Clock;
use crate::compiler::Turn;
use crate::crew::Crew;
use crate::crossing::{AnyQueue, Inlet, Queue};
use crate::desk::{Desk, Duty};
use crate::error::RunError;
use crate::floor::Floor;
use crate::gate::Gate;
use crate::hub::{Feeds, Hub, Waited};
use crate::in_step::labels;
use crate::model::{Task, Phase, AsyncRun};
use crate::shared::{AnyOutlet, ModelOf, Outlet, Writer};
use crate::solo::{Course, Detached, Solo};
use crate::sync::{Mutex, lock, spawn};

/// Writes down messages.
pub(crate) type Log = Arc<Mutex<Vec<i32>>>;

/// The ends of all connections, by number.
pub(crate) type Queues = Arc<[Arc<Queue<i32>>]>;

/// What a model does in a run.
pub(crate) type Act = Box<dyn FnMut(&Ends<'_>) -> Result<u8> + Send>;

/// What a model does in a step, for what it has received: what it asks for, and what it sends.
pub(crate) type Step = Box<dyn FnMut(i32) -> Result<(u8, i32)> + Send>;

/// A run and its connections, as a model sees them that runs by itself.
pub(crate) struct Ends<'a> {
    pub(crate) run: &'a AsyncRun<'a>,
    queues: &'a Queues,
}

impl Ends<'_> {
    pub(crate) fn send(&self, queue: usize, message: i32) {
        self.queues[queue].send(self.run.party, &[message]);
    }

    /// Receives a message of each of some connections, which make one.
    pub(crate) fn receive(&self, queues: &[usize]) -> Option<i32> {
        let port: [Feeds; 1] = [queues.into()];
        let waited = self.run.hub.await_message(self.run.party, &port, None);
        (waited == Waited::Ready).then(|| self.take(queues))
    }

    /// Takes messages that are there.
    pub(crate) fn take(&self, queues: &[usize]) -> i32 {
        let mut sum = 0;
        for queue in queues {
            self.queues[*queue].take(|items| sum += items[0]);
        }
        sum
    }
}

/// A model that runs by itself.
struct Alone {
    act: Act,
    queues: Queues,
}

impl Task for Alone {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<u8> {
        let queues = &self.queues;
        (self.act)(&Ends { run, queues })
    }
}

/// A model that has steps.
struct Stepping {
    step: Step,
    clock: Arc<Clock>,
    inputs: Vec<Arc<Outlet<i32>>>,
    output: Writer<i32>,
}

impl Task for Stepping {
    fn spike(&mut self) -> Result<u8> {
        let tick = self.clock.tick();
        let message = |input: &Arc<Outlet<i32>>| input.message(tick).map_or(0, |items| items[0]);
        let received = self.inputs.iter().map(message).sum();
        let (asked, sent) = (self.step)(received)?;
        self.output.write(tick, |row| {
            row[0] = sent;
            1
        });
        Ok(asked)
    }
}

/// How a model runs.
pub(crate) enum Way {
    Alone(Act),
    Detached(Step),
}

/// What a network is made of.
#[derive(Default)]
pub(crate) struct Plan {
    /// Those that run by themselves: parties 0, 1, ….
    pub(crate) alone: Vec<Way>,
    /// The model in step, as the party after them, and the workers: the others have nothing to do.
    pub(crate) in_step: Option<(Step, usize)>,
    /// From which party to which, and how many messages it holds.
    pub(crate) queues: Vec<(usize, usize, usize)>,
    /// Whether steps wait for the messages that arrive.
    pub(crate) waits: bool,
}

/// A network.
pub(crate) struct Net {
    pub(crate) crew: Arc<Crew>,
    clocks: Vec<Arc<Clock>>,
}

impl Net {
    pub(crate) fn new(plan: Plan) -> Net {
        let in_step = plan.alone.len();
        let hub = Arc::new(Hub::new(in_step, plan.queues.iter().copied()));
        let queue = |number| Arc::new(Queue::new(Arc::clone(&hub), number));
        let queues: Queues = (0..plan.queues.len()).map(queue).collect();
        let site = Site {
            plan: &plan.queues,
            queues: Arc::clone(&queues),
        };
        let workers = plan.in_step.as_ref().map_or(1, |(_, workers)| *workers);
        let clocks: Vec<Arc<Clock>> = (0..workers).map(|_| Arc::default()).collect();
        let (mut models, mut turns) = (Vec::new(), vec![Vec::new(); workers]);
        let (mut feeders, mut gate) = (Vec::new(), None);
        if let Some((step, _)) = plan.in_step {
            let (model, arrivals, sends) = site.stepping(in_step, step, &clocks[0]);
            models.push(model);
            feeders = sends;
            let awaited = arrivals.1.iter().map(|queue| [*queue].as_slice().into());
            gate = Some(Gate {
                doors: Vec::new(),
                hub: Arc::clone(&hub),
                worker: 0,
                inlets: Mutex::new(arrivals.0),
                awaited: awaited.filter(|_| plan.waits).collect(),
            });
            for (worker, turns) in turns.iter_mut().enumerate() {
                if worker > 0 {
                    let idle: Step = Box::new(|_| Ok((0, 0)));
                    models.push(site.stepping(usize::MAX, idle, &clocks[worker]).0);
                }
                turns.push(Turn {
                    part: worker,
                    awaits: Vec::new(),
                    awaited: false,
                });
            }
        }
        let mut solos = Vec::new();
        for (party, way) in plan.alone.into_iter().enumerate() {
            let (model, course) = site.alone(party, way);
            solos.push(Solo {
                part: models.len(),
                party,
                course,
            });
            models.push(model);
        }
        let labels = labels(models.len());
        let desks = turns.into_iter().zip(&clocks);
        let desks: Vec<Desk> = desks
            .map(|(turns, clock)| {
                let own = vec![Arc::clone(clock); labels.len()];
                Desk::new(Arc::clone(clock), Duty::new(turns, &own, clock))
            })
            .collect();
        lock(&desks[0].duty).recorders = feeders.into_iter().map(|feeder| (0, feeder)).collect();
        let floor = Arc::new(Floor::new(
            Models::new(models),
            desks,
            labels,
            gate,
            Vec::new(),
        ));
        let crew = Crew::hire(&floor, &hub, solos, Vec::new()).expect("there is room");
        Net {
            crew: Arc::new(crew),
            clocks,
        }
    }

    pub(crate) fn run(&self, steps: u64) -> Result<u8, RunError> {
        self.crew.begin();
        self.crew.run(steps, None)
    }

    /// Drives, and is told to end by another thread meanwhile.
    pub(crate) fn run_interrupted(&self, steps: u64, request: u8) -> Result<u8, RunError> {
        self.crew.begin();
        let crew = Arc::clone(&self.crew);
        let user = spawn("user".to_owned(), move || crew.interrupt(request));
        let result = self.crew.run(steps, None);
        user.expect("there is room").join().expect("nobody panics");
        result
    }

    /// How many steps all workers have made.
    pub(crate) fn steps(&self) -> i32 {
        let steps = self.clocks[0].tick();
        assert!(self.clocks.iter().all(|clock| clock.tick() == steps));
        steps as i32
    }
}

/// Where a network is put together.
struct Site<'a> {
    plan: &'a [(usize, usize, usize)],
    queues: Queues,
}

impl Site<'_> {
    /// A model that has steps, what arrives at it, and what it sends.
    fn stepping(&self, party: usize, step: Step, clock: &Arc<Clock>) -> Made {
        let output = AnyOutlet::new::<i32>(1, 2);
        let (mut inputs, mut arrivals, mut feeders) = (Vec::new(), Arrivals::default(), Vec::new());
        for (number, &(from, to, _)) in self.plan.iter().enumerate() {
            let queue = || Arc::clone(&self.queues[number]);
            if to == party {
                let (outlet, inlet) = queue().inlet(1);
                inputs.push(outlet.of());
                arrivals.0.push(inlet);
                arrivals.1.push(number);
            }
            if from == party {
                feeders.push(queue().feeder(party, &output, 1, 0, clock));
            }
        }
        let model = Stepping {
            step,
            clock: Arc::clone(clock),
            inputs,
            output: output.writer(),
        };
        (Box::new(model), arrivals, feeders)
    }

    fn alone(&self, party: usize, way: Way) -> (Box<dyn Task>, Course) {
        match way {
            Way::Alone(act) => {
                let queues = Arc::clone(&self.queues);
                (Box::new(Alone { act, queues }), Course::Async)
            }
            Way::Detached(step) => {
                let clock = Arc::default();
                let (model, (inlets, numbers), feeders) = self.stepping(party, step, &clock);
                let detached = Detached {
                    doors: Vec::new(),
                    clock,
                    feeds: numbers.into(),
                    inlets,
                    feeders,
                    circles: false,
                    phase: Phase::Spike,
                };
                (model, Course::Detached(detached))
            }
        }
    }
}

/// Receiving ends, and the connections that they are of.
type Arrivals = (Vec<Box<dyn Inlet>>, Vec<usize>);

type Made = (
    Box<dyn Task>,
    Arrivals,
    Vec<Box<dyn crate::floor::Recorder>>,
);
