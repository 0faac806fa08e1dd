//! Reports on a network.

use std::any::TypeId;
use std::time::Duration;

use lava_core::data::{Element, Spike};
use lava_core::lifecycle::RunControl;

use super::Network;
use super::inner::shared_graph;
use crate::Result;
use crate::compiler::{self, MemoryEstimate};
use crate::engine::Engine;
use crate::graph::Graph;
use crate::monitor::{NetworkReport, ProcessReport};
use crate::process::ProcessId;

/// The most weights of a matrix that are looked at for zeros.
const MOST_WEIGHTS: u64 = 4_000_000;
/// The bytes of a drawn synapse: a target and a weight.
const SYNAPSE_BYTES: u64 = 8;
/// The bytes of a message, in the estimate of what is moved.
const MESSAGE_BYTES: u64 = 4;

impl<C> Network<C> {
    /// A report on what the network has run while it was [profiled](Network::set_profiling): versions,
    /// seed, time and messages of each process, energy proxies, memory, and what to do about what was
    /// slow. Without profiling it has no times. It costs nothing while the network runs.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([100]).bias_mant(1.0).vth(5.0).name("lif"))?;
    /// net.set_profiling(true)?;
    /// net.run(RunSteps(1000))?;
    /// let report = net.report()?;
    /// assert_eq!(report.processes[0].neuron_updates, 100_000);
    /// println!("{report}");
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StateError::Running`](crate::error::StateError::Running) during a run,
    /// [`StateError::Stopped`](crate::error::StateError::Stopped) after `stop`, and
    /// [`CompileError`](crate::error::CompileError) if the network was not compiled and cannot be.
    pub fn report(&self) -> Result<NetworkReport> {
        let mut report = self.measured()?;
        for process in &mut report.processes {
            if (1..=MOST_WEIGHTS).contains(&process.synapses) {
                process.zero_synapses = self.zero_weights(&process.process);
            }
        }
        Ok(report)
    }

    /// The report without a look at weights.
    fn measured(&self) -> Result<NetworkReport> {
        let transition = self
            .shared
            .lifecycle
            .transition_of_whole("being reported on")?;
        let (graph, engine) = (shared_graph(&transition), transition.engine());
        let memory = compiler::memory_estimate(&graph)?;
        let (steps, wall_time) = engine
            .as_ref()
            .map_or((0, Duration::ZERO), |engine| engine.measured());
        let mut processes = processes(&graph, &memory);
        if let Some(engine) = &engine {
            measure(&graph, engine, steps, &mut processes);
        }
        let rows = processes.into_iter();
        Ok(NetworkReport {
            version: env!("CARGO_PKG_VERSION"),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            is_optimised: !cfg!(debug_assertions),
            configuration: short_name(std::any::type_name::<C>()),
            seed: self.shared.seed.get(),
            workers: engine.as_ref().map_or(1, |engine| engine.workers()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            time_step: engine.as_ref().map_or(0, |engine| engine.time_step()),
            dt: self.shared.time_step.get(),
            steps,
            wall_time,
            recorders: engine.as_ref().map_or(0, |engine| engine.hooks()),
            processes: rows.map(|(_, row)| row).collect(),
        })
    }

    /// The part of the weights of a process that are zero; NaN if it has none that are numbers.
    fn zero_weights(&self, process: &str) -> f64 {
        let path = format!("{process}.weights");
        self.zeros::<f32>(&path)
            .or_else(|| self.zeros::<f64>(&path))
            .or_else(|| self.zeros::<i32>(&path))
            .or_else(|| self.zeros::<i16>(&path))
            .or_else(|| self.zeros::<i8>(&path))
            .unwrap_or(f64::NAN)
    }

    /// Returns `None` if the elements of the Var are of another type.
    fn zeros<T: Element>(&self, path: &str) -> Option<f64> {
        let weights = self.var::<T>(path).ok()?.get().ok()?;
        let zeros = weights
            .iter()
            .filter(|weight| **weight == T::default())
            .count();
        Some(zeros as f64 / weights.len() as f64)
    }
}

fn short_name(path: &'static str) -> &'static str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The rows of all processes with a model, without measurements.
fn processes(graph: &Graph, memory: &MemoryEstimate) -> Vec<(ProcessId, ProcessReport)> {
    let rows = graph.running().zip(&memory.processes);
    rows.map(|((id, decl), memory)| {
        let weights = decl.vars.iter().find(|var| var.name() == "weights");
        let size = weights.map(|var| var.expected_size());
        let synapses = size.map_or(0, |size| size.elements as u64);
        // The estimate leaves out synapses that have been drawn: their memory is there already.
        let drawn = match size {
            Some(size) if size.is_deferred => {
                (synapses * SYNAPSE_BYTES).saturating_sub(memory.synapses)
            }
            _ => 0,
        };
        let outputs = decl
            .out_ports
            .iter()
            .map(|port| port.extents.whole().len() as u64);
        let row = ProcessReport {
            process: decl.name.to_string(),
            kind: decl.kind,
            model: decl.spec().map_or("", |spec| spec.model),
            workers: Vec::new(),
            time: Duration::ZERO,
            neurons: if synapses > 0 {
                0
            } else {
                outputs.max().unwrap_or(0)
            },
            inputs: decl
                .in_ports
                .first()
                .map_or(0, |port| port.extents.whole().len() as u64),
            synapses,
            zero_synapses: f64::NAN,
            sent: 0,
            received: 0,
            sends_spikes: decl
                .out_ports
                .iter()
                .any(|port| port.payload == TypeId::of::<Spike>()),
            neuron_updates: 0,
            synaptic_operations: 0,
            bytes_moved: 0,
            memory: memory.total().saturating_add(drawn),
            message_memory: memory.messages,
        };
        (id, row)
    })
    .collect()
}

/// Adds the measurements of `steps` steps, and what follows from them.
fn measure(graph: &Graph, engine: &Engine, steps: u64, rows: &mut [(ProcessId, ProcessReport)]) {
    for stats in engine.user_stats() {
        let name = &engine.label(stats.stats.task).process;
        if let Some((_, row)) = rows.iter_mut().find(|(_, row)| *row.process == **name) {
            row.workers.push(stats.worker.index());
            row.time += stats.stats.time;
            row.sent += stats.stats.sent;
        }
    }
    let sent: Vec<(ProcessId, u64)> = rows.iter().map(|(id, row)| (*id, row.sent)).collect();
    for (id, row) in rows {
        row.workers.sort_unstable();
        row.workers.dedup();
        let sources = graph.edges.iter().filter(|edge| edge.to.process == *id);
        row.received = sources
            .filter_map(|edge| sent.iter().find(|(source, _)| *source == edge.from.process))
            .map(|(_, sent)| sent)
            .sum();
        if row.workers.is_empty() {
            continue;
        }
        row.neuron_updates = row.neurons * steps;
        let each_input = row.synapses.checked_div(row.inputs).unwrap_or(0);
        row.synaptic_operations = row.received.saturating_mul(each_input);
        let state = row.memory.saturating_sub(row.message_memory);
        let each_neuron = state.checked_div(row.neurons).unwrap_or(0);
        let each_synapse = state.checked_div(row.synapses).unwrap_or(0);
        let neurons = row.neuron_updates.saturating_mul(2 * each_neuron);
        let synapses = row.synaptic_operations.saturating_mul(each_synapse);
        let messages = (row.sent + row.received).saturating_mul(MESSAGE_BYTES);
        row.bytes_moved = neurons.saturating_add(synapses).saturating_add(messages);
    }
}
