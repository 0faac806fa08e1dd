//! The memory that a network needs, estimated before anything is made.

use std::cmp::Reverse;
use std::fmt;

use super::machine::available_memory;
use super::{CompileError, Plan, Problem};
use crate::graph::{Graph, PortId};
use crate::process::{ProcessId, VarSize, WIDEST_NAME};

/// The number of processes that an error names.
const NAMED: usize = 5;

/// An estimate of the memory of a network: see
/// [`Network::memory_estimate`](crate::Network::memory_estimate).
///
/// Its `Display` is a table, the largest process first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryEstimate {
    /// A row for each process with a model, in the order in which they were added.
    pub processes: Vec<ProcessMemory>,
}

/// An estimate of the memory of a process, in bytes. What its model keeps in local fields is not
/// known, and not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessMemory {
    /// The process.
    pub process: String,
    /// Its Vars, as often as its shards have them.
    pub vars: u64,
    /// Synapses to be drawn, by the number that their rule lets expect.
    pub synapses: u64,
    /// The messages of its out-ports, for each step of their longest delay, and those that its
    /// in-ports assemble.
    pub messages: u64,
    /// The queues from its out-ports to other timing domains, when they are full.
    pub queues: u64,
    /// The part of the Vars whose values are in memory already.
    given: u64,
    /// The out-port with the largest ring, its steps and bytes.
    longest: Option<(String, usize, u64)>,
}

impl MemoryEstimate {
    /// The sum of all processes, in bytes.
    pub fn total(&self) -> u64 {
        let processes = self.processes.iter().map(ProcessMemory::total);
        processes.fold(0, u64::saturating_add)
    }

    /// The memory of the tasks that this rank computes, of all if there are no others.
    pub(super) fn new(graph: &Graph, plan: &Plan) -> MemoryEstimate {
        let whole = MemoryEstimate::of_whole(graph, plan);
        if plan.rank.is_none() {
            return whole;
        }
        let processes = graph.running().zip(whole.processes);
        let processes = processes.map(|((process, _), memory)| memory.of_rank(plan, process));
        MemoryEstimate {
            processes: processes.collect(),
        }
    }

    /// The memory on all ranks.
    pub(super) fn of_whole(graph: &Graph, plan: &Plan) -> MemoryEstimate {
        let mut row_of = vec![0; graph.len()];
        let mut processes = Vec::new();
        for (process, _) in graph.running() {
            row_of[process.index()] = processes.len();
            processes.push(ProcessMemory::new(graph, plan, process));
        }
        for queue in &plan.queues.queues {
            let PortId { process, port } = graph.edges[queue.edge].from;
            let decl = &graph.process(process).out_ports[port.index()];
            let bytes = decl
                .vtable
                .queue_bytes(decl.extents.whole().len(), queue.spec.capacity);
            let queues = &mut processes[row_of[process.index()]].queues;
            *queues = queues.saturating_add(bytes);
        }
        MemoryEstimate { processes }
    }

    /// The processes that need most, largest first.
    fn largest(&self) -> Vec<&ProcessMemory> {
        let mut processes: Vec<&ProcessMemory> = self.processes.iter().collect();
        processes.sort_by_key(|process| Reverse(process.total()));
        processes
    }
}

impl ProcessMemory {
    /// The sum of its parts, in bytes.
    pub fn total(&self) -> u64 {
        let parts = [self.vars, self.synapses, self.messages, self.queues];
        parts.into_iter().fold(0, u64::saturating_add)
    }

    fn new(graph: &Graph, plan: &Plan, process: ProcessId) -> ProcessMemory {
        let decl = graph.process(process);
        let shards = plan.tasks.of_process(process).len() as u64;
        let mut memory = ProcessMemory {
            process: decl.name.to_string(),
            vars: 0,
            synapses: 0,
            messages: 0,
            queues: 0,
            given: 0,
            longest: None,
        };
        for var in &decl.vars {
            let VarSize {
                bytes,
                new_bytes,
                is_deferred,
                ..
            } = var.expected_size();
            if is_deferred {
                // All shards share what is drawn.
                memory.synapses = memory.synapses.saturating_add(bytes);
                continue;
            }
            let copies = if decl.is_replicated(var.name()) {
                shards
            } else {
                1
            };
            memory.vars = memory.vars.saturating_add(bytes.saturating_mul(copies));
            memory.given += bytes.saturating_sub(new_bytes);
        }
        for in_port in &decl.in_ports {
            let copies = if decl.is_replicated(in_port.name) {
                shards
            } else {
                1
            };
            let bytes = (in_port.extents.whole().len() * in_port.element_bytes) as u64;
            memory.messages = memory.messages.saturating_add(bytes.saturating_mul(copies));
        }
        for (port, out_port) in graph.out_ports(process).zip(&decl.out_ports) {
            if plan.accumulators.of(port) != port {
                continue;
            }
            let steps = plan.ring_depths.of(port);
            let bytes = out_port
                .vtable
                .ring_bytes(out_port.extents.whole().len(), steps);
            memory.messages = memory.messages.saturating_add(bytes);
            if memory
                .longest
                .as_ref()
                .is_none_or(|(.., most)| bytes > *most)
            {
                memory.longest = Some((graph.out_label(port), steps, bytes));
            }
        }
        memory
    }

    /// The part of the tasks that this rank computes.
    fn of_rank(self, plan: &Plan, process: ProcessId) -> ProcessMemory {
        let tasks = plan.tasks.of_process(process);
        let all = tasks.len().max(1) as u128;
        let own = tasks.filter(|task| plan.is_own(*task)).count() as u128;
        let part = |bytes: u64| (u128::from(bytes) * own / all) as u64;
        ProcessMemory {
            vars: part(self.vars),
            synapses: part(self.synapses),
            messages: part(self.messages),
            given: part(self.given),
            ..self
        }
    }

    /// The process, its memory, and what most of that is for.
    fn text(&self) -> String {
        let total = self.total();
        let uses = [
            (self.messages, "messages"),
            (self.synapses, "synapses"),
            (self.queues, "full queues"),
            (self.vars, "Vars"),
        ];
        let (most, what) = uses.into_iter().max().unwrap_or_default();
        let what = match &self.longest {
            Some((port, steps, bytes)) if what == "messages" && *bytes > most / 2 => {
                format!("messages of `{port}` over {steps} steps: shorten the delays")
            }
            _ if what == "full queues" => {
                "full queues: make them shorter, `.buffered(…)`".to_owned()
            }
            _ => what.to_owned(),
        };
        format!(
            "`{}` needs {}, {} of it for {what}",
            self.process,
            in_units(total),
            in_units(most)
        )
    }
}

impl fmt::Display for MemoryEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |process: &ProcessMemory| process.process.chars().count();
        let names = self
            .processes
            .iter()
            .map(width)
            .max()
            .unwrap_or(0)
            .max("process".len())
            .min(WIDEST_NAME);
        writeln!(
            f,
            "{:<names$}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}",
            "process", "total", "Vars", "synapses", "messages", "queues"
        )?;
        for process in self.largest() {
            write!(f, "{:<names$}", process.process)?;
            let ProcessMemory {
                vars,
                synapses,
                messages,
                queues,
                ..
            } = process;
            for bytes in [process.total(), *vars, *synapses, *messages, *queues] {
                write!(f, "  {:>9}", in_units(bytes))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Fails if a network needs more memory than the limit that the user has set or, without one, than
/// the machine has available.
pub(super) fn check(graph: &Graph, estimate: &MemoryEstimate) -> Result<(), CompileError> {
    let given = estimate.processes.iter().map(|process| process.given);
    let (limit, needed) = match graph.memory_limit {
        Some(limit) => (Some(limit), estimate.total()),
        None => {
            let needed = estimate.total().saturating_sub(given.sum());
            // Reading what is available takes longer than compiling a small network.
            (
                if needed < SMALL {
                    None
                } else {
                    available_memory()
                },
                needed,
            )
        }
    };
    let Some(limit) = limit.filter(|limit| needed > *limit) else {
        return Ok(());
    };
    let largest = estimate.largest().into_iter().take(NAMED);
    let problem = Problem::Memory {
        needed,
        limit,
        is_set: graph.memory_limit.is_some(),
        largest: largest.map(ProcessMemory::text).collect(),
    };
    Err(CompileError {
        problems: vec![problem],
    })
}

/// Networks that need less are made without asking the system: 16 MiB.
const SMALL: u64 = 1 << 24;

/// A number of bytes in the largest unit of which there is at least one.
pub(super) fn in_units(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut amount, mut unit) = (bytes as f64, "B");
    for larger in UNITS {
        if amount < 999.95 {
            break;
        }
        (amount, unit) = (amount / 1000.0, larger);
    }
    match unit {
        "B" => format!("{bytes} B"),
        unit => format!("{amount:.1} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_the_largest_unit() {
        let texts = [0, 999, 1000, 999_949, 999_950, 262_144_000_000, u64::MAX].map(in_units);
        assert_eq!(
            texts,
            [
                "0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "262.1 GB", "18.4 EB"
            ]
        );
    }
}
