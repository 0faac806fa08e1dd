//! Recorders: hooks that copy at the end of each step, one for each task.

use std::sync::{Arc, Weak};

use lava_core::data::{Dims, Element, Payload, Spike, Value};
use lava_core::executor::{StepHook, TaskError, TaskId, Tasks};
use lava_core::sync::lock;
use lava_core::transport::{Clock, MessageRing};

use super::error::ProbeError;
use super::recording::{Recording, SharedPiece};
use super::row_store::{NumberTable, RecordingPiece, RowTable, SpikeTable};
use crate::process::VarInner;

/// The data that a recorder copies.
pub(super) trait RecordSource<B: RowTable>: Send {
    /// The number of items of a row, for which memory is reserved.
    fn width(&self) -> usize;
    /// Adds the row of the current step. Returns `true` if there is a batch to be written; fails if this rank
    /// has a part of the row only, or has it later.
    fn record(&mut self, now: Now<'_>, piece: &SharedPiece<B::Item>) -> Result<bool, ProbeError>;
}

/// The current step.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    /// Counted since the start or the last reset.
    step: u64,
    /// Counted since the network was compiled.
    tick: u64,
    tasks: &'a Tasks,
}

/// Records one task.
pub(super) struct Recorder<B: RowTable, S> {
    pub(super) source: S,
    pub(super) clock: Arc<Clock>,
    pub(super) piece: SharedPiece<B::Item>,
    /// Gone when nobody holds the probe.
    pub(super) recording: Weak<Recording<B>>,
    pub(super) interval: u64,
}

impl<B: RowTable, S: RecordSource<B>> StepHook for Recorder<B, S> {
    fn reserve(&mut self, steps: u64) -> bool {
        let Some(recording) = self.recording.upgrade() else {
            return false;
        };
        let rows = recording.rows_of_run(steps);
        lock(&self.piece).reserve(rows, self.source.width());
        true
    }

    fn on_step_end(&mut self, tasks: &Tasks) -> Result<(), TaskError> {
        let now = Now {
            step: self.clock.time_step(),
            tick: self.clock.tick(),
            tasks,
        };
        if !now.step.is_multiple_of(self.interval) || self.recording.strong_count() == 0 {
            return Ok(());
        }
        if self.source.record(now, &self.piece)?
            && let Some(recording) = self.recording.upgrade()
        {
            recording.write_batch()?;
        }
        Ok(())
    }

    fn on_run_end(&mut self) -> Result<(), TaskError> {
        match self.recording.upgrade() {
            Some(recording) => Ok(recording.flush()?),
            None => Ok(()),
        }
    }

    fn withdraw(&mut self, from: u64) {
        lock(&self.piece).drop_from(from);
    }

    fn clear(&mut self) {
        if let Some(recording) = self.recording.upgrade() {
            recording.restart();
        }
    }
}

/// A task's slice of a Var.
pub(super) struct VarSource<T> {
    pub(super) task: TaskId,
    /// Messages arrive late at it, which the Var may depend on.
    pub(super) is_late: bool,
    pub(super) core: Arc<VarInner<T>>,
    /// The extents of the slice.
    pub(super) dims: Dims,
    /// The values of the slice.
    pub(super) values: Vec<T>,
    /// The elements to be recorded; `None` for all.
    pub(super) chosen: Option<Vec<u32>>,
}

impl<T: Element> RecordSource<NumberTable<T>> for VarSource<T> {
    fn width(&self) -> usize {
        self.chosen.as_ref().map_or(self.values.len(), Vec::len)
    }

    fn record(&mut self, now: Now<'_>, piece: &SharedPiece<T>) -> Result<bool, ProbeError> {
        let VarSource {
            task,
            is_late,
            core,
            dims,
            values,
            chosen,
        } = self;
        let is_whole = now
            .tasks
            .with(*task, |task| core.copy_to(task.model(), dims, values));
        if *is_late || !is_whole {
            let var = core.name.to_owned();
            return Err(ProbeError::OnRanks { var });
        }
        Ok(push(&mut lock(piece), now.step, values, chosen.as_deref()))
    }
}

/// The messages of numbers of a task's out-port.
pub(super) struct NumberSource<T: Payload> {
    pub(super) ring: Arc<MessageRing<T>>,
    /// The delay that the port declares.
    pub(super) delay: u64,
    /// The elements to be recorded; `None` for all.
    pub(super) chosen: Option<Vec<u32>>,
    /// The number of elements to be recorded.
    pub(super) width: usize,
}

impl<T: Value> RecordSource<NumberTable<T>> for NumberSource<T> {
    fn width(&self) -> usize {
        self.width
    }

    fn record(&mut self, now: Now<'_>, piece: &SharedPiece<T>) -> Result<bool, ProbeError> {
        let piece = &mut lock(piece);
        Ok(
            match self.ring.message(now.tick.saturating_sub(self.delay)) {
                Some(items) => push(piece, now.step, items, self.chosen.as_deref()),
                None => piece.push(now.step, std::iter::repeat_n(T::ZERO, self.width)),
            },
        )
    }
}

/// Adds a row of the chosen values.
fn push<T: Element>(
    piece: &mut RecordingPiece<T>,
    step: u64,
    values: &[T],
    chosen: Option<&[u32]>,
) -> bool {
    match chosen {
        None => piece.push(step, values.iter().copied()),
        Some(chosen) => piece.push(step, chosen.iter().map(|element| values[*element as usize])),
    }
}

/// The spikes of a task's out-port.
pub(super) struct SpikeSource {
    pub(super) ring: Arc<MessageRing<Spike>>,
    /// The delay that the port declares.
    pub(super) delay: u64,
    pub(super) neurons: NeuronPositions,
}

/// The position in a row of each neuron of a task.
pub(super) enum NeuronPositions {
    /// Consecutive ones, starting at this one.
    From(u32),
    /// One for each neuron, or [`IndexMap::DROPPED`](lava_core::data::IndexMap::DROPPED).
    Table(Vec<u32>),
}

impl RecordSource<SpikeTable> for SpikeSource {
    fn width(&self) -> usize {
        0
    }

    fn record(&mut self, now: Now<'_>, piece: &SharedPiece<u32>) -> Result<bool, ProbeError> {
        use lava_core::data::IndexMap;

        let message = self.ring.message(now.tick.saturating_sub(self.delay));
        let neurons = message.unwrap_or_default().iter();
        let piece = &mut lock(piece);
        Ok(match &self.neurons {
            NeuronPositions::From(first) => piece.push(now.step, neurons.map(|n| first + n)),
            NeuronPositions::Table(table) => {
                let positions = neurons.map(|neuron| table[*neuron as usize]);
                let chosen = positions.filter(|position| *position != IndexMap::DROPPED);
                piece.push(now.step, chosen)
            }
        })
    }
}
