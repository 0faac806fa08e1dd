//! The recorders of a probe, one for each task that has some of what is recorded.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use lava_core::data::{Dims, Element, IndexMap, Payload, VarSlice};
use lava_core::executor::TaskId;
use lava_core::transport::MessageRing;

use super::probed::PortRow;
use super::recorder::{NeuronPositions, RecordSource, Recorder};
use super::recording::{AnyRecording, Recording};
use super::row_store::{Positions, RowTable};
use super::target::ProbeTarget;
use crate::engine::Engine;
use crate::graph::{PortId, SourceRef};
use crate::process::{ProcessId, VarInner};

/// Attaches the recorders of a probe to a compiled network.
pub(crate) type AttachFn = Box<dyn FnOnce(&Engine) + Send>;

/// A probe without its types: its target, its recording, and the function that attaches its recorders.
#[doc(hidden)]
pub struct AttachProbe {
    pub(crate) target: ProbeTarget,
    pub(crate) recording: Arc<dyn AnyRecording>,
    pub(crate) attach: AttachFn,
}

impl fmt::Debug for AttachProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachProbe").finish_non_exhaustive()
    }
}

/// The tasks that hold a Var, and the slice of each; the last task of those that hold it whole.
pub(super) fn var_slices<T: Element>(
    engine: &Engine,
    process: ProcessId,
    core: &VarInner<T>,
) -> Vec<(TaskId, VarSlice)> {
    let shards = engine.shards(process);
    let mut slices: Vec<_> = shards
        .map(|(task, shard)| (task, core.slice_of(shard)))
        .collect();
    let len = core.dims().len();
    if slices.iter().all(|(_, slice)| slice.elements.len() == len) {
        // One rank of those that have it.
        let is_here = engine
            .ranks()
            .is_none_or(|ranks| ranks.rank() == engine.first_rank_of(process));
        slices.drain(..slices.len().saturating_sub(usize::from(is_here)));
    }
    slices
}

/// An out-port of a process with a model, and its place in a row.
pub(super) struct RecordedPort {
    pub(super) source: SourceRef,
    pub(super) dims: Dims,
    /// The delay that the port declares.
    pub(super) delay: u64,
}

/// Attaches a recorder to each task that sends messages of the ports; `source` makes what it copies
/// of the ring of the port, its delay, the chosen elements and the number of the task's elements.
pub(super) fn attach_ports<T: Payload, B: RowTable, S: RecordSource<B> + 'static>(
    row: PortRow,
    senders: Vec<RecordedPort>,
    recording: Arc<Recording<B>>,
    source: impl Fn(Arc<MessageRing<T>>, u64, &ChosenElements, usize) -> S + Send + 'static,
) -> AttachProbe {
    let erased = Arc::clone(&recording) as Arc<dyn AnyRecording>;
    let attach = move |engine: &Engine| {
        recording.attach(engine);
        for sender in senders {
            let PortId { process, port } = sender.source.port;
            for (task, shard) in engine.shards(process) {
                let elements = shard.elements(&sender.dims);
                let width = elements.len();
                let Some(chosen) = ChosenElements::new(elements, &sender.source.map) else {
                    continue;
                };
                let ring = engine.ring(task, port).downcast::<T>();
                let source = source(ring, sender.delay, &chosen, width);
                add_recorder(engine, task, source, chosen.positions, &recording);
            }
        }
    };
    AttachProbe {
        target: ProbeTarget::Ports(row),
        recording: erased,
        attach: Box::new(attach),
    }
}

/// The elements of a task that are recorded.
pub(super) struct ChosenElements {
    /// Their indices in the task; `None` for all.
    pub(super) elements: Option<Vec<u32>>,
    /// Their positions in a row.
    pub(super) positions: Positions,
}

impl ChosenElements {
    /// The chosen ones of a task's elements, by the position of each in a row. Returns `None` if
    /// none is chosen.
    pub(super) fn new(elements: Range<usize>, map: &IndexMap) -> Option<ChosenElements> {
        if let IndexMap::Offset(first) = map {
            return Some(ChosenElements {
                elements: None,
                positions: Positions::From(first + elements.start),
            });
        }
        let entries = (0..).zip(elements.map(|element| map.entry(element)));
        let (chosen, positions): (Vec<u32>, Vec<u32>) = entries
            .filter(|(_, position)| *position != IndexMap::DROPPED)
            .unzip();
        (!chosen.is_empty()).then_some(ChosenElements {
            elements: Some(chosen),
            positions: Positions::List(positions),
        })
    }

    /// The position of each of a task's `width` neurons.
    pub(super) fn by_neuron(&self, width: usize) -> NeuronPositions {
        match (&self.elements, &self.positions) {
            (Some(elements), Positions::List(positions)) => {
                let mut table = vec![IndexMap::DROPPED; width];
                for (element, position) in elements.iter().zip(positions) {
                    table[*element as usize] = *position;
                }
                NeuronPositions::Table(table)
            }
            (_, Positions::From(first)) => NeuronPositions::From(*first as u32),
            (None, Positions::List(positions)) => NeuronPositions::Table(positions.clone()),
        }
    }
}

pub(super) fn add_recorder<B: RowTable, S: RecordSource<B> + 'static>(
    engine: &Engine,
    task: TaskId,
    source: S,
    positions: Positions,
    recording: &Arc<Recording<B>>,
) {
    let recorder = Recorder {
        source,
        clock: engine.clock(task),
        piece: recording.piece(positions, engine.steps_apart()),
        recording: Arc::downgrade(recording),
        interval: recording.interval(),
    };
    engine.add_hook(task, Box::new(recorder));
}
