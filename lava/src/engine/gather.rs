//! Snapshots of a network on several ranks: the first puts the parts of all together.
//!
//! A rank sends what it has of each Var, the state of each of its tasks, and their messages that are still to
//! arrive, in the order of the graph.

use std::collections::{BTreeMap, HashMap};

use lava_core::data::{Persist, PersistError, StateWriter};
use lava_core::executor::{Phase, RunError, TaskId};
use lava_core::transport::{ErasedRing, RankError, RankGroup, RingPart};

use super::{Engine, agreed};
use crate::Result;
use crate::graph::{Graph, PortId, ProcessDecl};
use crate::process::{KeptForm, ProcessId};
use crate::snapshot::Snapshot;

/// The messages of an age of a port that are still to arrive, by task.
type Rings = HashMap<(PortId, i64), BTreeMap<TaskId, ErasedRing>>;

/// The bytes of each rank that are still to be read.
struct Parts<'a> {
    own: usize,
    rests: Vec<&'a [u8]>,
}

impl Parts<'_> {
    /// Reads from the bytes of each rank.
    fn each<T>(
        &mut self,
        mut read: impl FnMut(&mut &[u8]) -> Result<T, PersistError>,
    ) -> Result<Vec<T>, RunError> {
        let own = self.own;
        let ranks = self.rests.iter_mut().enumerate();
        let read = ranks.map(|(rank, rest)| {
            read(rest).map_err(|error| {
                let problem = error.to_string();
                RunError::Ranks(RankError::Message { own, rank, problem })
            })
        });
        read.collect()
    }
}

impl Engine {
    /// The state between two steps of a network on several ranks, on the first; `None` on the others.
    pub(super) fn gather(&self, graph: &Graph, ranks: &RankGroup) -> Result<Option<Snapshot>> {
        let forms = self.kept_forms(graph, ranks)?;
        let own = agreed(ranks, "`save`", self.own_parts(graph, ranks, &forms))?;
        let all = ranks.gather("`save`, the parts of ranks", own);
        let Some(all) = all.map_err(RunError::Ranks)? else {
            return Ok(None);
        };
        let mut parts = Parts {
            own: ranks.rank(),
            rests: all.iter().map(Vec::as_slice).collect(),
        };
        let mut snapshot = self.header(graph);
        let mut forms = forms.into_iter();
        for (process, decl) in graph.running() {
            for (var, form) in decl.vars.iter().zip(&mut forms) {
                let label = decl.label(var.name());
                match form {
                    KeptForm::Initial(fingerprint) => {
                        snapshot.put(&format!("initial {label}"), &fingerprint);
                    }
                    KeptForm::Elements => {
                        let slices = parts.each(Vec::<u8>::load)?;
                        let mut slices = slices.iter().map(Vec::as_slice);
                        let whole = var.united(&mut slices).map_err(|error| {
                            let problem = error.to_string();
                            let (own, rank) = (parts.own, parts.own);
                            RunError::Ranks(RankError::Message { own, rank, problem })
                        })?;
                        snapshot.insert(format!("var {label}"), var.layout(), whole);
                    }
                    KeptForm::Nothing => {}
                }
            }
            self.unite_tasks(&mut snapshot, graph, (process, decl), &mut parts)?;
            self.save_clock(&mut snapshot, (process, decl));
        }
        // Independent tasks are on this rank.
        self.save_queues(&mut snapshot, graph);
        Ok(Some(snapshot))
    }

    /// The form in which the snapshot keeps each Var, the same on all ranks.
    fn kept_forms(&self, graph: &Graph, ranks: &RankGroup) -> Result<Vec<KeptForm>, RunError> {
        let mut own = Vec::new();
        for (process, decl) in graph.running() {
            for var in &decl.vars {
                let form = match self.kept_form(process, var.as_ref()) {
                    KeptForm::Nothing => (0_u8, 0_u64),
                    KeptForm::Initial(fingerprint) => (1, fingerprint),
                    KeptForm::Elements => (2, 0),
                };
                own.push(form);
            }
        }
        let mut bytes = Vec::new();
        own.save(&mut bytes);
        let all = ranks.call("`save`, the forms of Vars", &bytes)?;
        let mut parts = Parts {
            own: ranks.rank(),
            rests: all.iter().map(Vec::as_slice).collect(),
        };
        let all = parts.each(Vec::<(u8, u64)>::load)?;
        let form = |var: usize| {
            let forms = all.iter().filter_map(|forms| forms.get(var));
            let unite = |a: (u8, u64), b: (u8, u64)| match (a, b) {
                ((0, _), other) | (other, (0, _)) => other,
                (a, b) if a == b => a,
                _ => (2, 0),
            };
            match forms.copied().fold((0, 0), unite) {
                (0, _) => KeptForm::Nothing,
                (1, fingerprint) => KeptForm::Initial(fingerprint),
                _ => KeptForm::Elements,
            }
        };
        Ok((0..own.len()).map(form).collect())
    }

    /// The part of this rank.
    fn own_parts(
        &self,
        graph: &Graph,
        ranks: &RankGroup,
        forms: &[KeptForm],
    ) -> Result<Vec<u8>, RunError> {
        let mut bytes = Vec::new();
        let mut forms = forms.iter();
        for (process, decl) in graph.running() {
            let is_first = self.first_rank_of(process) == ranks.rank();
            for (var, form) in decl.vars.iter().zip(&mut forms) {
                if *form == KeptForm::Elements {
                    let (mut slices, mut is_put) = (Vec::new(), false);
                    self.with_tasks(process, |task, shard| {
                        var.put_slices(task.model(), shard, is_first, &mut is_put, &mut slices);
                    });
                    slices.save(&mut bytes);
                }
            }
            let own: Vec<TaskId> = self.own_tasks(process).collect();
            own.len().save(&mut bytes);
            for task in own {
                task.index().save(&mut bytes);
                let mut state = StateWriter::default();
                self.executor
                    .call_task(task, Phase::Save, |task| task.save(&mut state))?;
                state.put_entries(&mut bytes);
                for (port, age) in self.waiting(graph, process) {
                    self.ring(task, port.port)
                        .put_message(self.tick_of(task, age), &mut bytes);
                }
            }
        }
        Ok(bytes)
    }

    /// The ports of a process that have rings, with each age of messages that are still to arrive.
    fn waiting(&self, graph: &Graph, process: ProcessId) -> Vec<(PortId, i64)> {
        let ports = graph.out_ports(process);
        let ages = ports.map(|port| (port, self.ages(port).into_iter().flatten()));
        ages.flat_map(|(port, ages)| ages.map(move |age| (port, age)))
            .collect()
    }

    /// Unites the states and messages of the tasks of a process.
    fn unite_tasks(
        &self,
        snapshot: &mut Snapshot,
        graph: &Graph,
        (process, decl): (ProcessId, &ProcessDecl),
        parts: &mut Parts<'_>,
    ) -> Result<()> {
        let waiting = self.waiting(graph, process);
        let mut states: BTreeMap<usize, StateWriter> = BTreeMap::new();
        let mut rings: Rings = HashMap::new();
        parts.each(|rest| {
            for _ in 0..usize::load(rest)? {
                let task = usize::load(rest)?;
                states.insert(task, StateWriter::of_entries(rest)?);
                let task = TaskId(task);
                for &(port, age) in &waiting {
                    let len = self.tasks.sent_elements(graph, task, port.port).len();
                    let vtable = decl.out_ports[port.port.index()].vtable;
                    let ring = vtable.joint_rings(&[len], 1).remove(0);
                    ring.take_message(SENT, rest)?;
                    rings.entry((port, age)).or_default().insert(task, ring);
                }
            }
            Ok(())
        })?;
        let mut state = StateWriter::default();
        for of_task in states.into_values() {
            let united = state.unite(of_task);
            united.map_err(|cause| snapshot.unfit(&*decl.name, cause))?;
            state.next_shard();
        }
        for (entry, layout, bytes) in state.into_entries() {
            snapshot.insert(format!("state {}.{entry}", decl.name), layout, bytes);
        }
        for port in graph.out_ports(process) {
            self.save_messages(snapshot, graph, port, |age| {
                let rings = rings.get(&(port, age)).into_iter().flatten();
                let part = |(task, ring): (&TaskId, _)| RingPart {
                    ring,
                    elements: self.tasks.sent_elements(graph, *task, port.port),
                    tick: SENT,
                };
                rings.map(part).collect()
            });
        }
        Ok(())
    }
}

/// The tick of messages of other ranks.
const SENT: u64 = 1;
