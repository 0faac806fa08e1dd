//! Snapshots of an engine: its state between two steps, whatever its workers and shards are.

use lava_core::data::{Persist, StateReader, StateWriter};
use lava_core::executor::{Phase, TaskId};
use lava_core::sync::lock;
use lava_core::transport::{Clock, QueueId, RingPart};

use super::Engine;
use crate::Result;
use crate::compiler::{RingSpan, message_len};
use crate::graph::{Graph, PortId, ProcessDecl};
use crate::model::Timing;
use crate::process::{AnyVar, KeptForm, PortIndex, ProcessId};
use crate::snapshot::{STEPS, Snapshot};

const STRUCTURE: &str = "network structure";
const UNCHECKED: &str = "network unchecked";

/// The message of a port that is still to arrive: the steps since it was sent, and its items. The items
/// are of the port's payload.
fn messages_layout(items: &str) -> String {
    format!("[(i64, {items})]")
}

impl Engine {
    /// The state between two steps; on several ranks that of all on the first, and `None` on the others.
    pub(crate) fn save(&self, graph: &Graph) -> Result<Option<Snapshot>> {
        match self.ranks() {
            None => self.save_whole(graph).map(Some),
            Some(ranks) => self.gather(graph, ranks),
        }
    }

    /// A snapshot with what does not depend on single processes.
    pub(super) fn header(&self, graph: &Graph) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.put(STEPS, &self.pool.time_step());
        snapshot.put(STRUCTURE, &graph.structure());
        let name = |process: &ProcessId| graph.process(*process).name.to_string();
        let updated: Vec<String> = lock(&self.updated).iter().map(name).collect();
        snapshot.put(UNCHECKED, &updated);
        snapshot
    }

    fn save_whole(&self, graph: &Graph) -> Result<Snapshot> {
        let mut snapshot = self.header(graph);
        for (process, decl) in graph.running() {
            for var in &decl.vars {
                self.save_var(
                    &mut snapshot,
                    process,
                    var.as_ref(),
                    &decl.label(var.name()),
                );
            }
            self.save_state(&mut snapshot, process, &decl.name)?;
            for port in graph.out_ports(process) {
                let parts = |age| self.parts(graph, port, age);
                self.save_messages(&mut snapshot, graph, port, parts);
            }
            self.save_clock(&mut snapshot, (process, decl));
        }
        self.save_queues(&mut snapshot, graph);
        Ok(snapshot)
    }

    /// Saves the steps of a detached process.
    pub(super) fn save_clock(
        &self,
        snapshot: &mut Snapshot,
        (process, decl): (ProcessId, &ProcessDecl),
    ) {
        if decl.timing() == Timing::Detached {
            let clock = self.clock(self.tasks.first_of(process));
            snapshot.put(&format!("clock {}", decl.name), &clock.time_step());
        }
    }

    /// Saves the messages in queues.
    pub(super) fn save_queues(&self, snapshot: &mut Snapshot, graph: &Graph) {
        for (queue, (edge, id)) in self.pool.queues().iter().zip(self.queues()) {
            let mut bytes = Vec::new();
            queue.queue.save(&mut bytes);
            let layout = self.queue_layout(graph, edge);
            snapshot.insert(queue_name(id), layout, bytes);
        }
    }

    /// The edge and the id of each queue.
    fn queues(&self) -> impl Iterator<Item = (usize, QueueId)> {
        self.queued_edges.iter().copied().zip((0..).map(QueueId))
    }

    fn queue_layout(&self, graph: &Graph, edge: usize) -> String {
        let from = graph.edges[edge].from;
        let port = &graph.process(from.process).out_ports[from.port.index()];
        format!("[{}]", port.vtable.layout())
    }

    fn save_var(&self, snapshot: &mut Snapshot, process: ProcessId, var: &dyn AnyVar, label: &str) {
        match self.kept_form(process, var) {
            KeptForm::Initial(fingerprint) => {
                snapshot.put(&format!("initial {label}"), &fingerprint);
            }
            KeptForm::Elements => {
                let mut bytes = Vec::new();
                self.with_tasks(process, |task, shard| {
                    var.save(task.model(), shard, &mut bytes);
                });
                snapshot.insert(format!("var {label}"), var.layout(), bytes);
            }
            KeptForm::Nothing => {}
        }
    }

    /// The form in which a snapshot keeps a Var, as far as the tasks of this rank have it.
    pub(super) fn kept_form(&self, process: ProcessId, var: &dyn AnyVar) -> KeptForm {
        let mut form = None;
        self.with_tasks(process, |task, shard| {
            let kept = var.kept(task.model(), shard);
            form = match form {
                Some(other) if other != kept => Some(KeptForm::Elements),
                _ => Some(kept),
            };
        });
        form.unwrap_or(KeptForm::Nothing)
    }

    fn save_state(&self, snapshot: &mut Snapshot, process: ProcessId, name: &str) -> Result<()> {
        let mut state = StateWriter::default();
        for task in self.tasks.of_process(process) {
            self.executor
                .call_task(task, Phase::Save, |task| task.save(&mut state))?;
            state.next_shard();
        }
        for (entry, layout, bytes) in state.into_entries() {
            snapshot.insert(format!("state {name}.{entry}"), layout, bytes);
        }
        Ok(())
    }

    /// The rings of a port's shards that are here, for the message that was sent `age` steps ago.
    fn parts<'a>(&'a self, graph: &Graph, port: PortId, age: i64) -> Vec<RingPart<'a>> {
        let tasks = self.tasks.of_process(port.process);
        let tasks = tasks.filter(|task| self.has_ring(*task, port.port));
        let part = |task: TaskId| RingPart {
            ring: self.ring(task, port.port),
            elements: self.tasks.sent_elements(graph, task, port.port),
            tick: self.tick_of(task, age),
        };
        tasks.map(part).collect()
    }

    /// Returns `true` if the messages of a port are here: those of other ranks are as far as they are needed.
    fn has_ring(&self, task: TaskId, port: PortIndex) -> bool {
        let Some((_, plan)) = self.ranks.as_ref().filter(|_| !self.is_own(task)) else {
            return true;
        };
        let mut received = plan.received();
        received.any(|crossing| (crossing.task, crossing.port) == (task, port))
    }

    /// The tick of a task `age` steps ago. All tasks of a network on several ranks are in the same step.
    pub(super) fn tick_of(&self, task: TaskId, age: i64) -> u64 {
        let clock = match self.ranks {
            None => &self.clocks[task.index()],
            Some(_) => &self.executor.workers()[0].clock,
        };
        clock.tick().saturating_add_signed(-age)
    }

    /// The steps since the messages of a port that are still to arrive were sent; `None` for a port that
    /// writes to the ring of another.
    pub(super) fn ages(&self, port: PortId) -> Option<std::ops::Range<i64>> {
        let RingSpan { delay, ahead, .. } = self.ring_depths.span(port);
        let is_owner = self.accumulators.of(port) == port;
        is_owner.then_some(-(ahead as i64)..delay as i64)
    }

    /// Saves the messages of a port, of which `parts` gives the rings by age.
    pub(super) fn save_messages<'a>(
        &self,
        snapshot: &mut Snapshot,
        graph: &Graph,
        port: PortId,
        parts: impl Fn(i64) -> Vec<RingPart<'a>>,
    ) {
        let decl = &graph.process(port.process).out_ports[port.port.index()];
        let (mut count, mut messages) = (0_usize, Vec::new());
        for age in self.ages(port).into_iter().flatten() {
            let parts = parts(age);
            let mut message = Vec::new();
            if decl
                .vtable
                .save(&parts, decl.extents.whole().len(), &mut message)
            {
                count += 1;
                age.save(&mut messages);
                messages.extend(message);
            }
        }
        if count > 0 {
            let mut bytes = Vec::new();
            count.save(&mut bytes);
            bytes.extend(messages);
            let name = format!("messages {}", graph.out_label(port));
            snapshot.insert(name, messages_layout(&decl.vtable.layout()), bytes);
        }
    }

    /// Takes the state of a snapshot. After an error the state is undefined: it is to be restored or
    /// reset.
    pub(crate) fn load(&self, graph: &Graph, snapshot: &Snapshot) -> Result<()> {
        check_structure(graph, snapshot)?;
        // A network that has never run is in its state before the first step.
        if self.tick() > 0 || !self.is_checked() {
            self.reset(graph)?;
        }
        let steps: u64 = snapshot.get(STEPS)?;
        for worker in self.executor.workers() {
            worker.clock.restore(steps);
            let schedule = lock(&worker.schedule);
            let followed = schedule.followed_clocks.iter();
            followed.for_each(|clock| clock.restore(steps));
        }
        // Nothing is on its way yet: what was sent before this step is in the states that are restored.
        self.executor.catch_up();
        for (process, _) in graph.running() {
            self.load_vars(graph, snapshot, process)?;
        }
        for (process, decl) in graph.running() {
            let state = state_of(snapshot, &decl.name);
            self.for_each_task(process, Phase::Load, |task, _| task.load(&state))?;
            if decl.timing() == Timing::Detached {
                let steps = snapshot.get(&format!("clock {}", decl.name))?;
                let clock = self.clock(self.tasks.first_of(process));
                Clock::restore(&clock, steps);
            }
            for port in graph.out_ports(process) {
                self.load_messages(graph, snapshot, port)?;
            }
        }
        for (edge, id) in self.queues() {
            let name = queue_name(id);
            let entry = snapshot.entry(&name);
            let entry = entry.filter(|entry| entry.layout == self.queue_layout(graph, edge));
            let mut bytes = entry.ok_or_else(|| snapshot.missing(&name))?.bytes;
            let loaded = self
                .pool
                .load_queue(id, message_len(graph, edge), &mut bytes);
            loaded.map_err(|cause| snapshot.unfit(&*name, cause))?;
        }
        self.note_updated(graph, &snapshot.get::<Vec<String>>(UNCHECKED)?);
        Ok(())
    }

    /// Notes the processes of which a Var was set since the last run.
    fn note_updated(&self, graph: &Graph, names: &[String]) {
        let mut updated = lock(&self.updated);
        *updated = names
            .iter()
            .filter_map(|name| graph.by_name(name))
            .collect();
        let has_updates = !updated.is_empty();
        self.has_updates
            .store(has_updates, std::sync::atomic::Ordering::Relaxed);
    }

    /// Restores the Vars of a process as if they had been set.
    fn load_vars(&self, graph: &Graph, snapshot: &Snapshot, process: ProcessId) -> Result<()> {
        let decl = graph.process(process);
        let state = state_of(snapshot, &decl.name);
        self.for_each_task(process, Phase::Load, |task, _| task.prepare_load(&state))?;
        let mut changed = Vec::new();
        for var in &decl.vars {
            let label = decl.label(var.name());
            let Some(value) = self.loaded(snapshot, process, var.as_ref(), &label)? else {
                continue;
            };
            let mut differs = false;
            self.with_tasks(process, |task, shard| {
                differs |= value.differs(task.model(), shard);
            });
            if !differs {
                continue;
            }
            self.with_tasks(process, |task, shard| value.write(task.model(), shard));
            self.notify_of_update(process, var.name())?;
            changed.push(value);
        }
        // Models may have changed other Vars in answer.
        for value in changed {
            self.with_tasks(process, |task, shard| {
                if value.differs(task.model(), shard) {
                    value.write(task.model(), shard);
                }
            });
        }
        Ok(())
    }

    /// The value of a Var in a snapshot; `None` if it is the present one, or the Var is in no model.
    fn loaded(
        &self,
        snapshot: &Snapshot,
        process: ProcessId,
        var: &dyn AnyVar,
        label: &str,
    ) -> Result<Option<Box<dyn crate::process::LoadedValue>>> {
        if let Some(entry) = snapshot.entry(&format!("var {label}")) {
            if entry.layout != var.layout() {
                let what = format!(
                    "`{label}` is `{}` there, and `{}` here",
                    entry.layout,
                    var.layout()
                );
                return Err(snapshot.of_another(what).into());
            }
            let value = var.loaded(entry.bytes);
            return Ok(Some(
                value.map_err(|cause| snapshot.unfit(entry.name, cause))?,
            ));
        }
        let mut form = KeptForm::Nothing;
        self.with_tasks(process, |task, shard| form = var.kept(task.model(), shard));
        if form == KeptForm::Nothing {
            return Ok(None);
        }
        let fingerprint: u64 = snapshot.get(&format!("initial {label}"))?;
        if var.fingerprint() != Some(fingerprint) {
            let what = format!("`{label}` began with other values than it does here");
            return Err(snapshot.of_another(what).into());
        }
        Ok(None)
    }

    fn load_messages(&self, graph: &Graph, snapshot: &Snapshot, port: PortId) -> Result<()> {
        let name = format!("messages {}", graph.out_label(port));
        let Some(entry) = snapshot.entry(&name) else {
            return Ok(());
        };
        let decl = &graph.process(port.process).out_ports[port.port.index()];
        if entry.layout != messages_layout(&decl.vtable.layout()) {
            let what = format!(
                "the messages of `{}` have another type",
                graph.out_label(port)
            );
            return Err(snapshot.of_another(what).into());
        }
        let unfit = |cause| snapshot.unfit(&*name, cause);
        let mut bytes = entry.bytes;
        let ages = self.ages(port).unwrap_or(0..0);
        let count = usize::load(&mut bytes).map_err(unfit)?;
        for _ in 0..count {
            let age = i64::load(&mut bytes).map_err(unfit)?;
            if !ages.contains(&age) {
                let what = format!("a message of `{}` is on its way for {age} steps", decl.name);
                return Err(snapshot.of_another(what).into());
            }
            let parts = self.parts(graph, port, age);
            let loaded = decl
                .vtable
                .load(&parts, decl.extents.whole().len(), &mut bytes);
            loaded.map_err(unfit)?;
        }
        Ok(())
    }
}

/// The state of a process beside its Vars.
fn state_of<'a>(snapshot: &'a Snapshot, process: &str) -> StateReader<'a> {
    let prefix = format!("state {process}.");
    let entries = snapshot.with_prefix(&prefix).into_iter();
    // The names of values have no dots: others are of processes inside.
    let entries = entries.filter(|(name, _)| !name.contains('.'));
    StateReader::new(entries.map(|(name, entry)| (name, entry.layout, entry.bytes)))
}

fn queue_name(id: QueueId) -> String {
    format!("queue {}", id.index())
}

/// Fails if a snapshot is of another network.
fn check_structure(graph: &Graph, snapshot: &Snapshot) -> Result<()> {
    let (saved, own): (String, _) = (snapshot.get(STRUCTURE)?, graph.structure());
    if saved == own {
        return Ok(());
    }
    let (mut saved, mut own) = (saved.lines(), own.lines());
    let what = loop {
        match (saved.next(), own.next()) {
            (Some(saved), Some(own)) if saved == own => {}
            (Some(saved), Some(own)) => {
                let (saved, own) = (saved.trim(), own.trim());
                break format!("it has `{saved}`, this network `{own}`");
            }
            (Some(saved), None) => {
                let saved = saved.trim();
                break format!("it has `{saved}`, which this network lacks");
            }
            (None, own) => {
                let own = own.unwrap_or_default().trim();
                break format!("it lacks `{own}`, which this network has");
            }
        }
    };
    Err(snapshot.of_another(what).into())
}
