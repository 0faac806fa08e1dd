//! Networks of independent and lockstep tasks, for the tests in `independent`.

use std::sync::Arc;
use std::time::Duration;

use lava_core::executor::{
    AsyncRun, DetachedLoop, Executor, IndependentTask, InputGate, Mode, Phase, Requests, RunError,
    Task, TaskError, TaskId, TaskSlot, Tasks, Worker, WorkerId, WorkerPool, WorkerSchedule,
};
use lava_core::sync::{Mutex, NetworkId, spawn};
use lava_core::transport::{
    BoundedQueue, Clock, Coordinator, ErasedQueue, ErasedRing, Forward, ForwardedPort, MessageRing,
    ParticipantId, QueueId, QueueReader, QueueSet, QueueSpec, RingWriter, WaitOutcome,
};

use crate::lockstep::labels;

/// Messages in the order in which they were received or sent.
pub(crate) type Log = Arc<Mutex<Vec<i32>>>;

/// The queues of all connections, by their ids.
type Queues = Arc<[Arc<BoundedQueue<i32>>]>;

/// The run of an asynchronous task.
pub(crate) type AsyncBody = Box<dyn FnMut(&Ports<'_>) -> Result<Requests, TaskError> + Send>;

/// A step of a task, in answer to the message that it has received.
pub(crate) type StepBody = Box<dyn FnMut(i32) -> Result<Answer, TaskError> + Send>;

/// The message and the requests of a step.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) message: i32,
    pub(crate) requests: Requests,
}

impl From<i32> for Answer {
    fn from(message: i32) -> Answer {
        let requests = Requests::NONE;
        Answer { message, requests }
    }
}

/// A run and the queues, as an asynchronous task sees them.
pub(crate) struct Ports<'a> {
    pub(crate) run: &'a AsyncRun<'a>,
    participant: ParticipantId,
    pub(crate) coordinator: &'a Coordinator,
    queues: &'a Queues,
}

impl Ports<'_> {
    /// Sends a message into a queue.
    pub(crate) fn send(&self, queue: usize, message: i32) {
        self.queues[queue].send(self.participant, &[message]);
    }

    /// Receives a message of each of `queues`, summed; `None` if the run is over.
    pub(crate) fn receive(&self, queues: &[usize]) -> Option<i32> {
        let ports = [queue_set(queues)];
        let outcome = self.wait(&ports, None);
        (outcome == WaitOutcome::Ready).then(|| self.take(queues))
    }

    /// Waits until one of `ports` has a message.
    pub(crate) fn wait(&self, ports: &[QueueSet], timeout: Option<Duration>) -> WaitOutcome {
        self.coordinator
            .wait_for_message(self.participant, ports, timeout)
    }

    /// Takes a message of each of `queues`, if there is one, and sums them.
    pub(crate) fn take(&self, queues: &[usize]) -> i32 {
        let mut sum = 0;
        for queue in queues {
            self.queues[*queue].take(|items| sum += items[0]);
        }
        sum
    }
}

/// The port that these queues feed.
pub(crate) fn queue_set(queues: &[usize]) -> QueueSet {
    queues.iter().map(|queue| QueueId(*queue)).collect()
}

/// An asynchronous task.
struct Asynchronous {
    body: AsyncBody,
    participant: ParticipantId,
    coordinator: Arc<Coordinator>,
    queues: Queues,
}

impl Task for Asynchronous {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<Requests, TaskError> {
        (self.body)(&Ports {
            run,
            participant: self.participant,
            coordinator: &self.coordinator,
            queues: &self.queues,
        })
    }

    without_vars!();
}

/// A task with steps: lockstep or detached.
struct Stepping {
    body: StepBody,
    clock: Arc<Clock>,
    inputs: Vec<Arc<MessageRing<i32>>>,
    output: RingWriter<i32>,
}

impl Task for Stepping {
    fn spike(&mut self) -> Result<Requests, TaskError> {
        let tick = self.clock.tick();
        let message =
            |input: &Arc<MessageRing<i32>>| input.message(tick).map_or(0, |items| items[0]);
        let received = self.inputs.iter().map(message).sum();
        let Answer { message, requests } = (self.body)(received)?;
        self.output.write(tick, |row| {
            row[0] = message;
            1
        });
        Ok(requests)
    }

    without_vars!();
}

/// An independent task.
pub(crate) enum Independent {
    Async(AsyncBody),
    Detached(StepBody),
}

/// The lockstep group: one task, on worker 0; the tasks of other workers do nothing.
pub(crate) struct LockstepGroup {
    pub(crate) body: StepBody,
    pub(crate) workers: usize,
}

/// A connection between timing domains.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) capacity: usize,
}

/// A connection of two participants by a queue of `capacity` messages.
pub(crate) fn connection(from: usize, to: usize, capacity: usize) -> Connection {
    Connection { from, to, capacity }
}

impl From<Connection> for QueueSpec {
    fn from(connection: Connection) -> QueueSpec {
        QueueSpec {
            from: ParticipantId(connection.from),
            to: ParticipantId(connection.to),
            capacity: connection.capacity,
        }
    }
}

/// The description of a network.
#[derive(Default)]
pub(crate) struct NetSpec {
    /// The independent tasks: participants 0, 1, ….
    pub(crate) independent: Vec<Independent>,
    /// The lockstep group: the participant after them.
    pub(crate) lockstep: Option<LockstepGroup>,
    pub(crate) connections: Vec<Connection>,
    /// A lockstep step waits for its messages.
    pub(crate) is_gated: bool,
}

/// A network.
pub(crate) struct Net {
    pub(crate) pool: Arc<WorkerPool>,
    clocks: Vec<Arc<Clock>>,
}

impl Net {
    pub(crate) fn new(spec: NetSpec) -> Net {
        let lockstep = ParticipantId(spec.independent.len());
        let specs = spec.connections.iter().map(|edge| QueueSpec::from(*edge));
        let coordinator = Arc::new(Coordinator::new(spec.independent.len(), specs));
        let linker = Linker::new(&coordinator, spec.connections);
        let workers = spec.lockstep.as_ref().map_or(1, |group| group.workers);
        let clocks: Vec<Arc<Clock>> = (0..workers).map(|_| Arc::default()).collect();
        let mut tasks: Vec<Box<dyn Task>> = Vec::new();
        let (mut forwarders, mut gate) = (Vec::new(), None);
        let has_lockstep = spec.lockstep.is_some();
        if let Some(group) = spec.lockstep {
            let linked = linker.stepping(lockstep, group.body, &clocks[0]);
            tasks.push(Box::new(linked.task));
            forwarders = linked.forwarders;
            gate = Some(linked.inputs.gate(&coordinator, spec.is_gated));
            tasks.extend(clocks[1..].iter().map(|clock| linker.idle(clock)));
        }
        let mut independent = Vec::new();
        for (index, kind) in spec.independent.into_iter().enumerate() {
            let participant = ParticipantId(index);
            let (task, mode) = linker.independent(participant, kind);
            independent.push(IndependentTask {
                task: TaskId(tasks.len()),
                participant,
                mode,
            });
            tasks.push(task);
        }
        let worker = |(index, clock): (usize, &Arc<Clock>)| {
            let slot = TaskSlot {
                task: TaskId(index),
                waits_for: Vec::new(),
                signals: false,
            };
            let slots = has_lockstep.then_some(slot).into_iter().collect();
            let own = vec![Arc::clone(clock); tasks.len()];
            let mut schedule = WorkerSchedule::new(slots, &own, clock);
            if index == 0 {
                schedule.forwarders = std::mem::take(&mut forwarders);
            }
            Worker::new(WorkerId(index), Arc::clone(clock), schedule)
        };
        let workers: Vec<Worker> = clocks.iter().enumerate().map(worker).collect();
        let labels = labels(tasks.len());
        let executor = Executor::new(
            NetworkId::new(),
            Tasks::new(tasks),
            workers,
            labels,
            gate,
            Vec::new(),
        );
        let executor = Arc::new(executor);
        let pool = WorkerPool::spawn(&executor, &coordinator, independent, Vec::new());
        Net {
            pool: Arc::new(pool.expect("threads are spawned")),
            clocks,
        }
    }

    pub(crate) fn run(&self, steps: u64) -> Result<Requests, RunError> {
        self.pool.start_run();
        self.pool.begin_run();
        self.pool.run(steps, None)
    }

    /// Runs while another thread requests the end of the run.
    pub(crate) fn run_interrupted(
        &self,
        steps: u64,
        requests: Requests,
    ) -> Result<Requests, RunError> {
        self.pool.start_run();
        self.pool.begin_run();
        let pool = Arc::clone(&self.pool);
        let user = spawn("user".to_owned(), move || pool.interrupt(requests));
        let result = self.pool.run(steps, None);
        let user = user.expect("it is spawned");
        user.join().expect("it does not panic");
        result
    }

    /// The number of steps that all workers have done.
    pub(crate) fn steps(&self) -> i32 {
        let steps = self.clocks[0].tick();
        assert!(self.clocks.iter().all(|clock| clock.tick() == steps));
        steps as i32
    }
}

/// The connections of a network while its tasks are made.
struct Linker {
    coordinator: Arc<Coordinator>,
    connections: Vec<Connection>,
    queues: Queues,
}

/// A task with steps, and the ends of its connections.
struct Linked {
    task: Stepping,
    inputs: Inputs,
    forwarders: Vec<Box<dyn Forward>>,
}

/// The readers of a task, and the queues that they read.
#[derive(Default)]
struct Inputs {
    readers: Vec<Box<dyn QueueReader>>,
    queues: Vec<usize>,
}

impl Inputs {
    /// The gate of the lockstep group, served by worker 0.
    fn gate(self, coordinator: &Arc<Coordinator>, is_gated: bool) -> InputGate {
        let awaited = self.queues.iter().map(|queue| queue_set(&[*queue]));
        let awaited = awaited.filter(|_| is_gated).collect();
        let coordinator = Arc::clone(coordinator);
        InputGate::new(coordinator, WorkerId(0), self.readers, awaited, Vec::new())
    }
}

impl Linker {
    fn new(coordinator: &Arc<Coordinator>, connections: Vec<Connection>) -> Linker {
        let queue = |id| Arc::new(BoundedQueue::new(Arc::clone(coordinator), QueueId(id)));
        Linker {
            coordinator: Arc::clone(coordinator),
            queues: (0..connections.len()).map(queue).collect(),
            connections,
        }
    }

    /// A task with steps.
    fn stepping(&self, participant: ParticipantId, body: StepBody, clock: &Arc<Clock>) -> Linked {
        let output = ErasedRing::new::<i32>(1, 2);
        let (mut rings, mut inputs, mut forwarders) = (Vec::new(), Inputs::default(), Vec::new());
        for (id, connection) in self.connections.iter().enumerate() {
            let queue = Arc::clone(&self.queues[id]);
            if connection.to == participant.index() {
                let (ring, reader) = Arc::clone(&queue).reader(1);
                rings.push(ring.downcast());
                inputs.readers.push(reader);
                inputs.queues.push(id);
            }
            if connection.from == participant.index() {
                forwarders.push(queue.forwarder(ForwardedPort {
                    sender: participant,
                    ring: &output,
                    len: 1,
                    delay: 0,
                    clock,
                }));
            }
        }
        let task = Stepping {
            body,
            clock: Arc::clone(clock),
            inputs: rings,
            output: output.writer(),
        };
        Linked {
            task,
            inputs,
            forwarders,
        }
    }

    /// A task that is not connected and does nothing.
    fn idle(&self, clock: &Arc<Clock>) -> Box<dyn Task> {
        let body: StepBody = Box::new(|_| Ok(0.into()));
        let unconnected = ParticipantId(usize::MAX);
        Box::new(self.stepping(unconnected, body, clock).task)
    }

    fn independent(&self, participant: ParticipantId, kind: Independent) -> (Box<dyn Task>, Mode) {
        match kind {
            Independent::Async(body) => {
                let task = Asynchronous {
                    body,
                    participant,
                    coordinator: Arc::clone(&self.coordinator),
                    queues: Arc::clone(&self.queues),
                };
                (Box::new(task), Mode::Async)
            }
            Independent::Detached(body) => {
                let clock = Arc::default();
                let linked = self.stepping(participant, body, &clock);
                let detached = DetachedLoop {
                    clock,
                    queues: queue_set(&linked.inputs.queues),
                    readers: linked.inputs.readers,
                    sources: Vec::new(),
                    forwarders: linked.forwarders,
                    is_on_cycle: false,
                    phase: Phase::Spike,
                };
                (Box::new(linked.task), Mode::Detached(detached))
            }
        }
    }
}
