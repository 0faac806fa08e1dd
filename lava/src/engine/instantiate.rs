//! Plan → models, rings, queues and workers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use lava_core::executor::{
    DetachedLoop, Executor, IndependentTask, InputGate, Mode, ModelRequests, Phase, RankExchange,
    RankRings, RankSync, RemoteTask, SenderQueue, Task, TaskId, TaskLabel, Tasks, Worker, WorkerId,
    WorkerSchedule,
};
use lava_core::sync::{NetworkId, lock};
use lava_core::transport::{
    Clock, Coordinator, ErasedQueue, ErasedRing, Forward, ForwardedPort, ParticipantId, QueueId,
    QueueReader, QueueSet, Readiness, Route, RouteSender,
};

use super::rings::rings;
use crate::Result;
use crate::compiler::{
    CompileError, Crossing, Input, Origin, Plan, Problem, RankPlan, SendingTask, TaskSpec,
    message_len,
};
use crate::graph::{Factory, Graph, PortId};
use crate::model::{AsyncInput, AsyncWiring, Binder, ErasedVarLink, Place, Timing};
use crate::process::ProcessId;

/// Everything that a network runs with.
pub(super) struct EngineParts {
    pub(super) executor: Arc<Executor>,
    pub(super) coordinator: Arc<Coordinator>,
    pub(super) independent: Vec<IndependentTask>,
    /// By id.
    pub(super) queues: Vec<SenderQueue>,
    /// By task and out-port.
    pub(super) rings: Vec<Vec<ErasedRing>>,
    /// By task.
    pub(super) clocks: Vec<Arc<Clock>>,
    /// Tasks may move to another worker between steps.
    pub(super) is_migratable: bool,
}

/// Makes the models of a network and connects them.
pub(super) fn instantiate(network: NetworkId, graph: &Graph, plan: &Plan) -> Result<EngineParts> {
    let mut linker = Linker::new(graph, plan);
    let mut tasks = Tasks::default();
    for task in plan.tasks.ids() {
        tasks.push(match plan.is_own(task) {
            true => linker.task(task)?,
            false => Box::new(RemoteTask),
        });
    }
    let exchanges = linker.exchanges().into_iter();
    exchanges.for_each(|exchange| tasks.push(exchange));
    Ok(linker.finish(network, tasks))
}

/// The state of instantiation.
struct Linker<'a> {
    graph: &'a Graph,
    plan: &'a Plan,
    rings: Vec<Vec<ErasedRing>>,
    /// The synchronisation with other ranks, if there are several.
    rank_sync: Option<Arc<RankSync>>,
    /// The place of each task among those that may deliver together.
    places: Vec<Option<Place>>,
    worker_clocks: Vec<Arc<Clock>>,
    clocks: Vec<Arc<Clock>>,
    coordinator: Arc<Coordinator>,
    queues: Vec<Arc<dyn ErasedQueue>>,
    independent: Vec<IndependentTask>,
    /// The readers of queues that lead to lockstep tasks.
    gate_readers: Vec<Box<dyn QueueReader>>,
    /// The sources outside the network that lockstep tasks need.
    gate_sources: Vec<Arc<dyn Readiness>>,
    /// The sources outside the network that all tasks need.
    sources: Vec<Arc<dyn Readiness>>,
}

/// The routes and queue readers of one in-port of a task.
#[derive(Default)]
struct PortInputs {
    routes: Vec<Route>,
    readers: Vec<Box<dyn QueueReader>>,
    queues: Vec<QueueId>,
}

impl<'a> Linker<'a> {
    fn new(graph: &'a Graph, plan: &'a Plan) -> Linker<'a> {
        let worker_clocks: Vec<Arc<Clock>> =
            plan.schedules.iter().map(|_| Arc::default()).collect();
        let coordinator = Arc::new(Coordinator::new(
            plan.queues.independent.len(),
            plan.queues.queues.iter().map(|queue| queue.spec),
        ));
        let rings = rings(graph, plan);
        let has_gate = !plan.queues.queues.is_empty();
        Linker {
            graph,
            plan,
            places: places(plan, &rings),
            rank_sync: graph
                .ranks
                .as_ref()
                .zip(plan.rank.as_ref())
                .map(|(group, plan)| {
                    let intervals = plan.pace.intervals;
                    Arc::new(RankSync::new(Arc::clone(group), intervals, has_gate))
                }),
            rings,
            clocks: clocks(plan, &worker_clocks),
            worker_clocks,
            queues: queues(graph, plan, &coordinator),
            coordinator,
            independent: Vec::new(),
            gate_readers: Vec::new(),
            gate_sources: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// Makes the model of a task.
    fn task(&mut self, id: TaskId) -> Result<Box<dyn Task>> {
        let process = self.plan.tasks.get(id).process;
        let timing = self.graph.process(process).timing();
        let mut inputs = self.inputs(id);
        let async_wiring = (timing == Timing::Async).then(|| self.async_wiring(id, &mut inputs));
        let (mut readers, mut queues, mut routes) = (Vec::new(), Vec::new(), Vec::new());
        for input in inputs {
            readers.extend(input.readers);
            queues.extend(input.queues);
            routes.push(input.routes);
        }
        let (task, sources) = self.bind(id, &routes, async_wiring)?;
        if self.plan.rank.is_some() && timing == Timing::Lockstep && !sources.is_empty() {
            return Err(CompileError::of(Problem::OnOneRank {
                process: self.graph.process(process).name.to_string(),
                why: "it is connected to a channel of the program, and can be on any rank; make it `.asynchronous()` or `.detached()`, which processes are on the first, or run the network in one process",
            })
            .into());
        }
        self.sources.extend(sources.iter().cloned());
        let mode = match timing {
            Timing::Lockstep => {
                self.gate_readers.extend(readers);
                self.gate_sources.extend(sources);
                return Ok(task);
            }
            Timing::Async => Mode::Async,
            Timing::Detached => Mode::Detached(DetachedLoop {
                clock: Arc::clone(&self.clocks[id.index()]),
                queues: queues.into(),
                readers,
                sources,
                forwarders: self.forwarders(|sender| sender == process),
                is_on_cycle: self.plan.on_async_cycle.contains(&process),
                phase: Phase::Spike,
            }),
        };
        self.independent.push(IndependentTask {
            task: id,
            participant: self.participant(id),
            mode,
        });
        Ok(task)
    }

    /// The participant of a task: its own, or that of the lockstep group.
    fn participant(&self, task: TaskId) -> ParticipantId {
        let own = self.plan.queues.participant_of(task);
        own.unwrap_or_else(|| self.coordinator.lockstep_id())
    }

    /// The exchanges with other ranks.
    fn exchanges(&self) -> Vec<Box<dyn Task>> {
        let (Some(sync), Some(plan)) = (&self.rank_sync, &self.plan.rank) else {
            return Vec::new();
        };
        let exchange = |(number, crossings): (usize, &Vec<Crossing>)| {
            let (sync, clock) = (Arc::clone(sync), Arc::clone(&self.worker_clocks[0]));
            let is_last = number + 1 == plan.exchanges.len();
            let rings = self.crossing_rings(plan, crossings);
            Box::new(RankExchange::new(sync, clock, is_last, rings)) as Box<dyn Task>
        };
        plan.exchanges.iter().enumerate().map(exchange).collect()
    }

    /// The rings of an exchange, by rank.
    fn crossing_rings(&self, plan: &RankPlan, crossings: &[Crossing]) -> Vec<RankRings> {
        let mut rings: Vec<RankRings> = Vec::new();
        rings.resize_with(plan.size, RankRings::default);
        for &Crossing {
            task,
            port,
            from,
            to,
        } in crossings
        {
            let ring = || self.rings[task.index()][port.index()].clone();
            if from == plan.rank {
                rings[to].sent.push(ring());
            } else if to == plan.rank {
                rings[from].received.push(ring());
            }
        }
        rings
    }

    /// The inputs of each in-port of a task.
    fn inputs(&self, task: TaskId) -> Vec<PortInputs> {
        let Plan {
            tasks,
            queues,
            wiring,
            ..
        } = self.plan;
        let decl = self.graph.process(tasks.get(task).process);
        let mut ports: Vec<PortInputs> = Vec::new();
        ports.resize_with(decl.in_ports.len(), PortInputs::default);
        for input in wiring.inputs(self.graph, tasks, queues, task) {
            let port = &mut ports[input.port.index()];
            let route = self.route(&input, port);
            // Ports that were joined arrive as one message.
            match port.routes.last_mut() {
                Some(last) if last.is_contiguous_with(&route) => last.append(route),
                _ => port.routes.push(route),
            }
        }
        ports
    }

    fn route(&self, input: &Input, port: &mut PortInputs) -> Route {
        let edge = &self.graph.edges[input.edge];
        let (first, table) = Route::split(&self.graph.batch_map(edge));
        let lag = self
            .plan
            .rank
            .as_ref()
            .map_or(0, |rank| rank.pace.lag(edge.to));
        let mut delay = (self.graph.delay(edge) + lag) as u64;
        let senders = match &input.origin {
            Origin::Tasks(senders) => {
                let sender = |sender: &SendingTask| RouteSender {
                    ring: self.rings[sender.task.index()][sender.port.index()].clone(),
                    elements: first + sender.elements.start..first + sender.elements.end,
                };
                senders.iter().map(sender).collect()
            }
            Origin::Queue { id, len } => {
                let queue = Arc::clone(&self.queues[id.index()]);
                let (ring, reader) = queue.reader(*len);
                port.readers.push(reader);
                port.queues.push(*id);
                // The sender's end of the queue delays its messages.
                delay = 0;
                vec![RouteSender {
                    ring,
                    elements: first..first + len,
                }]
            }
        };
        Route {
            senders,
            elements: input.elements.clone(),
            delay,
            table,
            factory: edge.factory,
        }
    }

    /// The connections of an asynchronous task; takes the readers of its inputs.
    fn async_wiring(&self, task: TaskId, inputs: &mut [PortInputs]) -> AsyncWiring {
        let take = |input: &mut PortInputs| AsyncInput {
            readers: std::mem::take(&mut input.readers),
            queues: std::mem::take(&mut input.queues).into(),
        };
        AsyncWiring {
            coordinator: Arc::clone(&self.coordinator),
            participant: self.participant(task),
            inputs: inputs.iter_mut().map(take).collect(),
            queues: self.output_queues(self.plan.tasks.get(task).process),
        }
    }

    /// The queues of each out-port of a process.
    fn output_queues(&self, process: ProcessId) -> Vec<Vec<Arc<dyn ErasedQueue>>> {
        let ports = self.graph.process(process).out_ports.len();
        let mut by_port = vec![Vec::new(); ports];
        for (plan, queue) in self.plan.queues.queues.iter().zip(&self.queues) {
            let from = self.graph.edges[plan.edge].from;
            if from.process == process {
                by_port[from.port.index()].push(Arc::clone(queue));
            }
        }
        by_port
    }

    /// Forwarders of the messages of processes with steps to other timing domains.
    fn forwarders(&self, is_sender: impl Fn(ProcessId) -> bool) -> Vec<Box<dyn Forward>> {
        let queues = self.plan.queues.queues.iter().zip(&self.queues);
        let own = queues.filter(|(plan, _)| is_sender(self.graph.edges[plan.edge].from.process));
        own.map(|(plan, queue)| self.forwarder(plan.edge, queue))
            .collect()
    }

    fn forwarder(&self, edge: usize, queue: &Arc<dyn ErasedQueue>) -> Box<dyn Forward> {
        let PortId { process, port } = self.graph.edges[edge].from;
        // A process that is connected to another timing domain is not sharded.
        let task = self.plan.tasks.first_of(process);
        Arc::clone(queue).forwarder(ForwardedPort {
            sender: self.participant(task),
            ring: &self.rings[task.index()][port.index()],
            len: message_len(self.graph, edge),
            delay: self.graph.delay(&self.graph.edges[edge]) as u64,
            clock: &self.clocks[task.index()],
        })
    }

    /// Makes a model; also returns the sources outside the network that it needs.
    fn bind(
        &mut self,
        id: TaskId,
        inbound: &[Vec<Route>],
        async_wiring: Option<AsyncWiring>,
    ) -> Result<(Box<dyn Task>, Vec<Arc<dyn Readiness>>)> {
        let TaskSpec { process, shard } = self.plan.tasks.get(id);
        let decl = self.graph.process(*process);
        let spec = decl.spec().expect("a task is of a process with a model");
        let Factory::Task(make) = &spec.make else {
            unreachable!("a composite process has no tasks")
        };
        let requests = Arc::new(ModelRequests::default());
        let mut binder = Binder {
            process: &decl.name,
            model: spec.model,
            members: &decl.members,
            rings: &self.rings[id.index()],
            inbound,
            lags: self.plan.lags(*process),
            var_links: &self.var_links(*process),
            clock: Arc::clone(&self.clocks[id.index()]),
            is_on_ranks: self.plan.rank.is_some(),
            time_step: Arc::clone(&self.graph.time_step),
            requests: Arc::clone(&requests),
            adds_to: &spec.adds_to,
            place: self.places[id.index()].take(),
            shard: shard.clone(),
            replicated: spec.sharding.unwrap_or_default(),
            async_wiring,
            readiness: Vec::new(),
            fields: None,
        };
        // The fields are made by code of the user.
        let task = catch_unwind(AssertUnwindSafe(|| make(&mut binder, requests)));
        let task = task.unwrap_or_else(|panic| {
            let label = label(self.graph, self.plan, id);
            Err(label.error(Phase::Make, 0, Err(panic)).into())
        })?;
        Ok((task, binder.readiness))
    }

    /// The Var of each ref-port of a process.
    fn var_links(&self, process: ProcessId) -> Vec<Option<ErasedVarLink<'a>>> {
        let links = self.plan.wiring.var_links(process).iter();
        let resolve = |index: usize| {
            let link = &self.graph.var_edges[index];
            ErasedVarLink {
                task: self.plan.tasks.first_of(link.to),
                core: &*link.inner,
                map: &link.map,
            }
        };
        links.map(|link| link.map(resolve)).collect()
    }

    fn finish(mut self, network: NetworkId, tasks: Tasks) -> EngineParts {
        let workers = self.workers();
        let gate = self.gate();
        if let Some((worker, _)) = &gate {
            let is_lockstep =
                |process: ProcessId| self.graph.process(process).timing() == Timing::Lockstep;
            let forwarders = self.forwarders(is_lockstep);
            lock(&workers[worker.index()].schedule).forwarders = forwarders;
        }
        let is_migratable = self.plan.is_migratable && gate.is_none();
        let gate = gate.map(|(_, gate)| gate);
        let labels = self.plan.tasks.ids();
        let mut labels: Vec<TaskLabel> = labels
            .map(|task| label(self.graph, self.plan, task))
            .collect();
        labels.resize_with(tasks.len(), || TaskLabel {
            process: "exchange with other ranks".into(),
            model: "RankExchange",
        });
        let mut executor = Executor::new(network, tasks, workers, labels, gate, self.sources);
        if let Some(sync) = self.rank_sync {
            let late = self.plan.late_tasks().collect();
            executor = executor.on_ranks(sync, late, self.plan.latest());
        }
        let senders = self.plan.queues.queues.iter().map(|queue| {
            let from = self.graph.edges[queue.edge].from.process;
            self.plan.tasks.first_of(from)
        });
        let queues = senders.zip(self.queues);
        EngineParts {
            executor: Arc::new(executor),
            queues: queues
                .map(|(task, queue)| SenderQueue { task, queue })
                .collect(),
            coordinator: self.coordinator,
            independent: self.independent,
            rings: self.rings,
            clocks: self.clocks,
            is_migratable,
        }
    }

    fn workers(&self) -> Vec<Worker> {
        let schedules = self.plan.schedules.iter().zip(&self.worker_clocks);
        let worker = |(id, (slots, clock)): (usize, (&Vec<_>, &Arc<_>))| {
            let schedule = WorkerSchedule::new(slots.clone(), &self.clocks, clock);
            Worker::new(WorkerId(id), Arc::clone(clock), schedule)
        };
        schedules.enumerate().map(worker).collect()
    }

    /// The gate and its worker: the one with the lockstep ends of queues, or the first where tasks
    /// need sources outside the network only.
    fn gate(&mut self) -> Option<(WorkerId, InputGate)> {
        let has_sources = !self.gate_sources.is_empty();
        let worker = self.plan.gate_worker;
        let worker = worker.or_else(|| has_sources.then_some(WorkerId(0)))?;
        let awaited = self.plan.queues.awaited(self.graph);
        let gate = InputGate::new(
            Arc::clone(&self.coordinator),
            worker,
            std::mem::take(&mut self.gate_readers),
            awaited.into_iter().map(|id| QueueSet::from([id])).collect(),
            std::mem::take(&mut self.gate_sources),
        );
        Some((worker, gate))
    }
}

/// The clock of each task: its worker's, or its group's if it may move to another worker, or its own
/// if it is independent.
fn clocks(plan: &Plan, worker_clocks: &[Arc<Clock>]) -> Vec<Arc<Clock>> {
    let own: Vec<Arc<Clock>> = plan.tasks.ids().map(|_| Arc::default()).collect();
    let clock = |task: TaskId| match plan.placement[task.index()] {
        Some(_) if plan.is_migratable => &own[plan.task_graph.anchor(task).index()],
        Some(worker) => &worker_clocks[worker.index()],
        None => &own[task.index()],
    };
    let exchanges = (0..plan.exchanges()).map(|_| Arc::clone(&worker_clocks[0]));
    let of_tasks = plan.tasks.ids().map(|task| Arc::clone(clock(task)));
    of_tasks.chain(exchanges).collect()
}

/// The places of the tasks that may deliver together.
fn places(plan: &Plan, rings: &[Vec<ErasedRing>]) -> Vec<Option<Place>> {
    let mut places: Vec<Option<Place>> = plan.tasks.ids().map(|_| None).collect();
    for tasks in &plan.joint {
        let rings = tasks.iter().map(|task| rings[task.index()][0].clone());
        for (task, place) in tasks.iter().zip(Place::row(rings.collect())) {
            places[task.index()] = Some(place);
        }
    }
    places
}

/// The queues by their ids.
fn queues(graph: &Graph, plan: &Plan, coordinator: &Arc<Coordinator>) -> Vec<Arc<dyn ErasedQueue>> {
    let queues = plan.queues.queues.iter().zip((0..).map(QueueId));
    queues
        .map(|(queue, id)| {
            let PortId { process, port } = graph.edges[queue.edge].from;
            let vtable = graph.process(process).out_ports[port.index()].vtable;
            vtable.queue(coordinator, id)
        })
        .collect()
}

fn label(graph: &Graph, plan: &Plan, task: TaskId) -> TaskLabel {
    let decl = graph.process(plan.tasks.get(task).process);
    TaskLabel {
        process: Arc::clone(&decl.name),
        model: decl.spec().map_or("", |spec| spec.model),
    }
}
