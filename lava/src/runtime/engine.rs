//! A network that runs: its models and threads, and what is done with them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::balancer::{Balancer, Next};
use super::build::{Built, build};
use super::clock::Clock;
use super::crew::Crew;
use super::desk::{Activity, Desk, Duty};
use super::error::RunError;
use super::floor::{AfterStep, Floor, Label, Recorder};
use super::hub::Doing;
use super::meter::{Measure, Meter};
use super::shared::{AnyOutlet, Models};
use super::sync::{Mutex, lock};
use crate::Result;
use crate::compiler::{Part, Parts, Plan};
use crate::model::{Node, Phase, Shard};
use crate::network::Graph;

/// A compiled network.
pub(crate) struct Engine {
    floor: Arc<Floor>,
    parts: Parts,
    /// By part and out-port.
    outlets: Vec<Vec<AnyOutlet>>,
    /// By part.
    clocks: Vec<Arc<Clock>>,
    /// Which worker runs which part; none runs one that runs by itself.
    placement: Mutex<Vec<Option<usize>>>,
    /// Has parts go to other workers, if they can.
    balancer: Option<Mutex<Balancer>>,
    crew: Crew,
}

impl Engine {
    pub(crate) fn new(graph: &Graph, plan: Plan) -> Result<Engine> {
        let Built {
            models,
            labels,
            outlets,
            clocks,
            placement,
            movable,
            desks,
            gate,
            doors,
            solos,
            hub,
            queues,
        } = build(graph, &plan)?;
        let floor = Arc::new(Floor::new(Models::new(models), desks, labels, gate, doors));
        for part in 0..plan.parts.list.len() {
            floor.attempt(part, Phase::Start, |node| node.start())?;
        }
        Ok(Engine {
            crew: Crew::hire(&floor, &hub, solos, queues)?,
            floor,
            parts: plan.parts,
            outlets,
            clocks,
            placement: Mutex::new(placement),
            balancer: movable.then(|| Mutex::new(Balancer::new(plan.roster))),
        })
    }

    /// Begins a run: it can be interrupted from now on.
    pub(crate) fn begin(&self) {
        self.crew.begin();
    }

    /// Runs `steps` steps and calls `after_step` after each, if there is something to call. Returns
    /// what ended the run early, as a set of requests.
    pub(crate) fn run(
        &self,
        steps: u64,
        mut after_step: Option<&mut AfterStep<'_>>,
    ) -> Result<u8, RunError> {
        let Some(balancer) = &self.balancer else {
            return self.crew.run(steps, after_step);
        };
        let balancer = &mut *lock(balancer);
        let mut left = steps;
        loop {
            let stretch = left.min(balancer.stretch());
            let (before, start) = (self.tick(), Instant::now());
            let asked = self.crew.run(stretch, after_step.as_deref_mut())?;
            match balancer.ran(self.tick() - before, start.elapsed()) {
                Next::Nothing => {}
                Next::Measure => self.set_meters(true),
                Next::Note => {
                    balancer.note(self.times());
                    self.set_meters(true);
                }
                Next::Balance => {
                    balancer.note(self.times());
                    self.balance(balancer);
                    self.set_meters(false);
                }
            }
            left -= stretch;
            if asked != 0 || left == 0 {
                return Ok(asked);
            }
        }
    }

    /// Has parts go to other workers, between two steps, if these have less to do then.
    fn balance(&self, balancer: &Balancer) {
        let mut placement = lock(&self.placement);
        let Some(lists) = balancer.better(&placement, self.workers()) else {
            return;
        };
        tracing::debug!(
            after_step = self.time_step(),
            "models are shared out anew among the workers"
        );
        let mut recorders = Vec::new();
        let turns = balancer.roster().turns(&lists);
        for (worker, (desk, turns)) in self.floor.desks.iter().zip(turns).enumerate() {
            let mut duty = lock(&desk.duty);
            recorders.append(&mut duty.recorders);
            *duty = Duty::new(turns, &self.clocks, &desk.clock);
            for part in &lists[worker] {
                placement[*part] = Some(worker);
            }
        }
        drop(placement);
        for (part, recorder) in recorders {
            self.record(part, recorder);
        }
    }

    /// What each part has taken since it is measured.
    fn times(&self) -> Vec<Duration> {
        let mut times = vec![Duration::ZERO; self.parts.list.len()];
        for (_, measure) in self.measures() {
            times[measure.part] = measure.time;
        }
        times
    }

    /// The steps that were made since the network was compiled.
    fn tick(&self) -> u64 {
        self.floor.desks[0].clock.tick()
    }

    /// Asks for the end of the run.
    pub(crate) fn interrupt(&self, request: u8) {
        self.crew.interrupt(request);
    }

    /// Whether somebody has asked for the end of the run.
    #[cfg(feature = "ctrlc")]
    pub(crate) fn is_interrupted(&self) -> bool {
        self.floor.is_interrupted()
    }

    /// Whether the present thread runs models of the network, in a run.
    pub(crate) fn is_here(&self) -> bool {
        self.floor.is_here()
    }

    /// What each worker is at, with its number and its time step; and each model that runs by
    /// itself, with how often it has begun something else.
    pub(crate) fn activities(&self) -> Vec<(Option<usize>, u64, Option<Activity>)> {
        let workers = (0..).zip(self.floor.activities());
        let mut activities: Vec<_> = workers
            .map(|(worker, (step, activity))| (Some(worker), step, Some(activity)))
            .collect();
        activities.extend(self.crew.alone().map(|(part, moves, doing)| {
            let Label { process, model } = self.floor.label(part).clone();
            let activity = match doing {
                Doing::Nothing => None,
                Doing::Running => Some(Activity::Runs { process, model }),
                Doing::Receiving => Some(Activity::Waits { process }),
                Doing::Sending => Some(Activity::Sends { process }),
            };
            (None, moves, activity)
        }));
        activities
    }

    /// What the workers share.
    pub(crate) fn floor(&self) -> &Arc<Floor> {
        &self.floor
    }

    /// Starts or ends measuring what the models do.
    pub(crate) fn measure(&self, on: bool) {
        if let Some(balancer) = &self.balancer {
            lock(balancer).rest(on);
        }
        self.set_meters(on);
    }

    fn set_meters(&self, on: bool) {
        for desk in &self.floor.desks {
            let mut duty = lock(&desk.duty);
            let parts = duty.turns.iter().map(|turn| turn.part);
            duty.meter = on.then(|| Meter::new(&desk.clock, parts, &self.outlets));
        }
    }

    /// What the models of each worker have done since [`measure`](Engine::measure).
    pub(crate) fn measures(&self) -> Vec<(usize, Measure)> {
        let mut measures = Vec::new();
        for (worker, desk) in self.floor.desks.iter().enumerate() {
            let duty = lock(&desk.duty);
            let of_worker = duty.meter.as_ref().map(Meter::measures).unwrap_or_default();
            measures.extend(of_worker.iter().map(|measure| (worker, measure.clone())));
        }
        measures
    }

    /// A process back to its state before the first step; what it has sent is forgotten, as far as
    /// nothing of others is kept with it.
    pub(crate) fn reset_process(&self, graph: &Graph, process: usize) -> Result<(), RunError> {
        let owner = |part: usize| self.parts.list[part].process;
        for part in self.parts.of(process) {
            for outlet in &self.outlets[part] {
                let others = self.outlets.iter().enumerate();
                let mut others = others.filter(|(other, _)| owner(*other) != process);
                if !others.any(|(_, outlets)| outlets.iter().any(|other| other.is(outlet))) {
                    outlet.reset();
                }
            }
            self.crew.reset_process(process);
            self.reset_part(graph, part)?;
        }
        Ok(())
    }

    fn reset_part(&self, graph: &Graph, part: usize) -> Result<(), RunError> {
        let Part { process, shard } = &self.parts.list[part];
        self.floor.attempt(part, Phase::Start, |node| {
            node.reset();
            for var in &graph.processes[*process].vars {
                var.reset(node.model(), shard);
            }
            node.start()
        })
    }

    /// Back to the state before the first step.
    pub(crate) fn reset(&self, graph: &Graph) -> Result<(), RunError> {
        self.outlets.iter().flatten().for_each(AnyOutlet::reset);
        self.crew.reset();
        for desk in &self.floor.desks {
            desk.clock.reset();
            let duty = &mut *lock(&desk.duty);
            duty.clocks.iter().for_each(|clock| clock.reset());
            let recorders = duty.recorders.iter_mut();
            recorders.for_each(|(_, recorder)| recorder.clear());
        }
        (0..self.parts.list.len()).try_for_each(|part| self.reset_part(graph, part))
    }

    /// Whether a process has models: hierarchical ones have none.
    pub(crate) fn has_models(&self, process: usize) -> bool {
        !self.parts.of(process).is_empty()
    }

    /// The models of a process, and which neurons each computes.
    pub(crate) fn shards(&self, process: usize) -> impl Iterator<Item = (usize, &Shard)> {
        let parts = self.parts.of(process);
        parts.map(|part| (part, &self.parts.list[part].shard))
    }

    /// Lends out the models of a process between runs, one after the other.
    pub(crate) fn with_models(&self, process: usize, mut act: impl FnMut(&mut dyn Node, &Shard)) {
        for (part, shard) in self.shards(process) {
            self.floor.models.with(part, |node| act(node, shard));
        }
    }

    /// Tells the models of a process that one of its Vars was written.
    pub(crate) fn update(&self, process: usize, var: &'static str) -> Result<(), RunError> {
        self.parts.of(process).try_for_each(|part| {
            self.floor
                .attempt(part, Phase::Update, |node| node.on_var_update(var))
        })
    }

    /// Has `recorder` record a part, which runs in step, at the end of every step.
    pub(crate) fn record(&self, part: usize, recorder: Box<dyn Recorder>) {
        lock(&self.desk(part).duty).recorders.push((part, recorder));
    }

    /// The outlet of an out-port of a part that runs in step, and its clock.
    pub(crate) fn outlet(&self, part: usize, port: usize) -> (&AnyOutlet, Arc<Clock>) {
        (&self.outlets[part][port], Arc::clone(&self.clocks[part]))
    }

    fn desk(&self, part: usize) -> &Desk {
        let worker = self.worker(part).expect("what is recorded runs in step");
        &self.floor.desks[worker]
    }

    /// Which worker runs a part, if one does.
    pub(crate) fn worker(&self, part: usize) -> Option<usize> {
        lock(&self.placement)[part]
    }

    pub(crate) fn time_step(&self) -> u64 {
        self.floor.desks[0].clock.time_step()
    }

    pub(crate) fn workers(&self) -> usize {
        self.floor.desks.len()
    }
}
