//! Recordings: the pieces of all tasks, read as a whole, and streamed to a file.

use std::fmt::Display;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use lava_core::data::Dims;
use lava_core::sync::{Mutex, MutexGuard, lock};
use lava_core::transport::{CommandGuard, RankGroup};

use super::error::ProbeError;
use super::files::{RecordBatch, RecordingFile, SingleArray};
use super::options::ProbeOptions;
use super::row_store::{Positions, RecordingPiece, RowTable, complete_steps, gather};
use crate::engine::{Command, Engine};
use crate::graph::Graph;
use crate::process::NetworkTimeStep;
use crate::units::Time;

/// The most items of the rows that are gathered at once for a file, unless one row has more.
const ITEMS_AT_ONCE: usize = 1 << 15;

/// The piece of one task, which its worker writes and every thread may read.
pub(super) type SharedPiece<I> = Arc<Mutex<RecordingPiece<I>>>;

/// The recording of a probe, by tables of `B`.
///
/// A step is complete when every piece has it. Workers are at most one step apart, and ranks those between exchanges,
/// so a piece that is to keep `n` rows keeps as many more until the others have them too.
pub(super) struct Recording<B: RowTable> {
    /// The port or Var, as `process.member`.
    label: String,
    dims: Dims,
    network_dt: Arc<NetworkTimeStep>,
    /// The steps from one row to the next.
    interval: u64,
    /// The largest number of rows to be read.
    kept_rows: usize,
    /// The pieces of this rank's tasks.
    pieces: Mutex<Vec<SharedPiece<B::Item>>>,
    /// The ranks that have pieces, if there are several.
    ranks: OnceLock<Arc<RankGroup>>,
    /// The number by which other ranks know it.
    number: OnceLock<u64>,
    /// Locked before any piece.
    stream: Option<Mutex<RecordingStream<B>>>,
}

/// A [`Recording`] whose type of rows is forgotten.
pub(crate) trait AnyRecording: Send + Sync {
    /// Sets the number by which other ranks know it.
    fn set_number(&self, number: u64);
    /// Takes part in the reading of rank 0, which may take the rows.
    fn serve(&self, takes: bool);
}

impl<B: RowTable> AnyRecording for Recording<B> {
    fn set_number(&self, number: u64) {
        let _ = self.number.set(number);
    }

    fn serve(&self, takes: bool) {
        match takes {
            true => drop(self.take()),
            false => drop(self.rows()),
        }
    }
}

/// The pieces of all tasks.
struct LockedPieces<'a, I> {
    /// Those of this rank.
    own: Vec<MutexGuard<'a, RecordingPiece<I>>>,
    others: Vec<RecordingPiece<I>>,
}

impl<I> LockedPieces<'_, I> {
    fn iter(&self) -> impl Iterator<Item = &RecordingPiece<I>> {
        self.own.iter().map(|piece| &**piece).chain(&self.others)
    }
}

/// The file of a recording.
struct RecordingStream<B> {
    file: RecordingFile,
    /// The last step that is in the file.
    written: u64,
    // Buffers.
    steps: Vec<u64>,
    table: B,
    batch: RecordBatch,
}

impl<B: RowTable> Recording<B> {
    /// A recording of rows of these extents, of which `target` is the name in errors. Creates its
    /// file.
    pub(super) fn new(
        target: &str,
        dims: Dims,
        graph: &Graph,
        options: &ProbeOptions,
    ) -> Result<Arc<Recording<B>>, ProbeError> {
        options.check(target)?;
        let stream = options.file().map(|path| {
            Ok(Mutex::new(RecordingStream {
                file: RecordingFile::create(path, B::column(&dims), SingleArray::Records)?,
                written: 0,
                steps: Vec::new(),
                table: B::default(),
                batch: RecordBatch::default(),
            }))
        });
        Ok(Arc::new(Recording {
            interval: options.interval(),
            kept_rows: options.kept_rows(),
            pieces: Mutex::default(),
            stream: stream.transpose()?,
            label: target.to_owned(),
            ranks: OnceLock::new(),
            number: OnceLock::new(),
            dims,
            network_dt: Arc::clone(&graph.time_step),
        }))
    }

    pub(super) fn dims(&self) -> &Dims {
        &self.dims
    }

    #[cfg(feature = "plot")]
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The time step of the network, if it has one.
    pub(super) fn dt(&self) -> Option<Time> {
        self.network_dt.get()
    }

    pub(super) fn interval(&self) -> u64 {
        self.interval
    }

    /// Adds the piece of a task, which may be `steps_apart` from others.
    pub(super) fn piece(&self, positions: Positions, steps_apart: usize) -> SharedPiece<B::Item> {
        let max_rows = match &self.stream {
            None => self.kept_rows.saturating_add(steps_apart),
            Some(_) => usize::MAX,
        };
        let piece = Arc::new(Mutex::new(RecordingPiece::new(positions, max_rows)));
        lock(&self.pieces).push(Arc::clone(&piece));
        piece
    }

    /// The number of rows that a piece needs memory for in a run of `steps` steps.
    pub(super) fn rows_of_run(&self, steps: u64) -> u64 {
        const ROWS_OF_ENDLESS_RUN: u64 = 10_000;
        match steps {
            // What is written makes space for what comes.
            _ if self.stream.is_some() => 0,
            u64::MAX => ROWS_OF_ENDLESS_RUN,
            steps => steps / self.interval + 1,
        }
    }

    /// Attaches the recording to a network: other ranks may have pieces, too.
    pub(super) fn attach(&self, engine: &Engine) {
        if let Some(ranks) = engine.ranks() {
            let _ = self.ranks.set(Arc::clone(ranks));
        }
    }

    /// Begins a reading, in which all ranks take part. Returns `None` if nothing can be read now.
    fn begin_reading(&self, takes: bool) -> Option<Option<CommandGuard<'_>>> {
        let Some(ranks) = self.ranks.get() else {
            return Some(None);
        };
        if ranks.is_running() {
            return None;
        }
        let recording = self.number.get().copied().unwrap_or(u64::MAX);
        let command = || Command::Read { recording, takes }.to_bytes();
        self.logged(ranks.send_command(command))
    }

    /// The pieces of other ranks.
    fn other_pieces(
        &self,
        own: &[MutexGuard<'_, RecordingPiece<B::Item>>],
    ) -> Option<Vec<RecordingPiece<B::Item>>> {
        let Some(ranks) = self.ranks.get() else {
            return Some(Vec::new());
        };
        let mut bytes = Vec::new();
        own.iter().for_each(|piece| piece.put(&mut bytes));
        let call = format!("reading a recording of `{}`", self.label);
        let all = self.logged(ranks.call(&call, &bytes))?;
        let all = all.iter().enumerate();
        let others = all.filter(|(rank, _)| *rank != ranks.rank());
        let pieces = others.map(|(_, bytes)| RecordingPiece::take_all(bytes));
        let pieces: Vec<_> = self.logged(pieces.collect::<Result<_, _>>())?;
        Some(pieces.into_iter().flatten().collect())
    }

    /// Logs an error of a reading.
    fn logged<T>(&self, result: Result<T, impl Display>) -> Option<T> {
        let log = |error| {
            tracing::error!("a recording of `{}` cannot be read: {error}", self.label);
        };
        result.map_err(log).ok()
    }

    /// The steps that are complete, and their table.
    pub(super) fn rows(&self) -> (Vec<u64>, B) {
        self.with_rows(false, |pieces, steps| {
            let table = self.table(pieces, &steps);
            (steps, table)
        })
    }

    /// The steps that are complete, and their table; they are dropped.
    pub(super) fn take(&self) -> (Vec<u64>, B) {
        self.with_rows(true, |pieces, steps| {
            let table = self.table(pieces, &steps);
            if let Some(last) = steps.last() {
                let pieces = pieces.own.iter_mut();
                pieces.for_each(|piece| piece.drop_until(*last, 0));
            }
            (steps, table)
        })
    }

    /// Writes the steps that are complete to a file of their own, part by part. Recording waits meanwhile.
    pub(super) fn save(&self, path: &Path) -> Result<(), ProbeError> {
        let column = B::column(&self.dims);
        RecordingFile::replace(path, column, SingleArray::Values, |file| {
            let rows_at_once = (ITEMS_AT_ONCE / self.dims.len().max(1)).max(1);
            self.with_rows(false, |pieces, steps| {
                let (mut table, mut batch) = (B::default(), RecordBatch::default());
                for steps in steps.chunks(rows_at_once) {
                    gather(pieces.iter(), steps, self.dims.len(), &mut table);
                    table.append_to(steps, &mut batch);
                    file.append_full(&mut batch, self.dt())?;
                }
                file.append(&batch, self.dt())?;
                file.finish(self.dt())
            })
        })
    }

    /// Acts on the pieces, which are locked meanwhile, and the steps that are complete; on none if nothing can be
    /// read now.
    fn with_rows<R>(
        &self,
        takes: bool,
        act: impl FnOnce(&mut LockedPieces<'_, B::Item>, Vec<u64>) -> R,
    ) -> R {
        // Before a piece is locked: a run that comes before this reading writes to it.
        let Some(_reading) = self.begin_reading(takes) else {
            let (own, others) = (Vec::new(), Vec::new());
            return act(&mut LockedPieces { own, others }, Vec::new());
        };
        let mut stream = self.stream.as_ref().map(lock);
        if let Some(stream) = &mut stream {
            // An error of the file is kept there, and ends the run.
            let _ = self.write(stream);
        }
        let pieces = lock(&self.pieces);
        let own: Vec<_> = pieces.iter().map(|piece| lock(piece)).collect();
        let (others, can_be_read) = match self.other_pieces(&own) {
            Some(others) => (others, true),
            None => (Vec::new(), false),
        };
        let mut pieces = LockedPieces { own, others };
        let mut steps = Vec::new();
        if can_be_read {
            complete_steps(pieces.iter(), 0, &mut steps);
            steps.drain(..steps.len().saturating_sub(self.kept_rows));
        }
        act(&mut pieces, steps)
    }

    fn table(&self, pieces: &LockedPieces<'_, B::Item>, steps: &[u64]) -> B {
        let mut table = B::default();
        gather(pieces.iter(), steps, self.dims.len(), &mut table);
        table
    }

    /// The number of rows to be read.
    pub(super) fn len(&self) -> usize {
        match self.ranks.get() {
            None => self.own_len(),
            Some(_) => self.rows().0.len(),
        }
    }

    /// The number of rows that the pieces of this rank have.
    pub(super) fn own_len(&self) -> usize {
        let _stream = self.stream.as_ref().map(lock);
        let (pieces, mut steps) = (lock(&self.pieces), Vec::new());
        complete_steps(pieces.iter().map(|piece| lock(piece)), 0, &mut steps);
        steps.len().min(self.kept_rows)
    }

    /// Drops everything that was recorded, also from the file.
    pub(super) fn restart(&self) {
        let mut stream = self.stream.as_ref().map(lock);
        if let Some(stream) = &mut stream {
            stream.written = 0;
            stream.file.restart();
        }
        let pieces = lock(&self.pieces);
        pieces.iter().for_each(|piece| lock(piece).clear());
    }

    /// Writes the steps that are complete to the file, if there is one.
    pub(super) fn write_batch(&self) -> Result<(), ProbeError> {
        match &self.stream {
            None => Ok(()),
            Some(stream) => self.write(&mut lock(stream)),
        }
    }

    /// Writes the steps that are complete to the file, and how many they are: it can be read then.
    pub(super) fn flush(&self) -> Result<(), ProbeError> {
        let Some(stream) = &self.stream else {
            return Ok(());
        };
        let stream = &mut lock(stream);
        self.write(stream)?;
        stream.file.finish(self.dt())
    }

    fn write(&self, stream: &mut RecordingStream<B>) -> Result<(), ProbeError> {
        let RecordingStream {
            file,
            written,
            steps,
            table,
            batch,
        } = stream;
        let pieces = lock(&self.pieces);
        // No row leaves a piece while the stream is locked: one piece after the other will do.
        let each = || pieces.iter().map(|piece| lock(piece));
        steps.clear();
        complete_steps(each(), *written, steps);
        let Some(last) = steps.last() else {
            return Ok(());
        };
        *written = *last;
        gather(each(), steps, self.dims.len(), table);
        for mut piece in each() {
            piece.drop_until(*last, self.kept_rows);
            piece.start_batch();
        }
        batch.clear();
        table.append_to(steps, batch);
        file.append(batch, self.dt())
    }
}

impl<B: RowTable> Drop for Recording<B> {
    /// Completes the file.
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::error!("{error}");
        }
    }
}
