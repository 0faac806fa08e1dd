//! Rows of a recording: what one task has recorded, and the table that is made of all tasks' rows.

use std::collections::{VecDeque, vec_deque};
use std::ops::Deref;

use lava_core::data::{Dims, Element, Persist, PersistError};

use super::files::{DataColumn, RecordBatch};

/// The numbers of items and rows that are written to a file at once.
const BATCH: usize = 1 << 13;

/// The part of a recording that one task makes.
#[derive(Debug)]
pub(super) struct RecordingPiece<I> {
    rows: RowStore<I>,
    positions: Positions,
    /// The largest number of rows to keep; a piece that is streamed keeps what is not written yet.
    max_rows: usize,
    /// The items and rows since the last ones were written.
    unwritten: usize,
}

/// The positions, in a row, of the items of a piece.
#[derive(Debug)]
pub(super) enum Positions {
    /// Consecutive ones, starting at this one.
    From(usize),
    /// One for each item.
    List(Vec<u32>),
}

/// Rows by ascending step.
#[derive(Debug)]
struct RowStore<I> {
    heads: VecDeque<RowHead>,
    /// The items of all rows.
    items: VecDeque<I>,
    /// The number of items before these, of rows that were dropped.
    dropped: usize,
}

#[derive(Clone, Copy, Debug)]
struct RowHead {
    step: u64,
    /// The number of items up to its last one, since the first row.
    end: usize,
}

impl<I: Copy> RecordingPiece<I> {
    pub(super) fn new(positions: Positions, max_rows: usize) -> RecordingPiece<I> {
        RecordingPiece {
            rows: RowStore {
                heads: VecDeque::new(),
                items: VecDeque::new(),
                dropped: 0,
            },
            positions,
            max_rows,
            unwritten: 0,
        }
    }

    /// Adds the row of `step`. Returns `true` if there is a batch to be written.
    pub(super) fn push(&mut self, step: u64, items: impl Iterator<Item = I>) -> bool {
        let RowStore {
            heads,
            items: all,
            dropped,
        } = &mut self.rows;
        let before = all.len();
        all.extend(items);
        let len = all.len() - before;
        let end = *dropped + all.len();
        heads.push_back(RowHead { step, end });
        while self.rows.heads.len() > self.max_rows {
            self.rows.pop();
        }
        self.unwritten += len + 1;
        self.unwritten >= BATCH
    }

    /// Reserves memory for `rows` more rows of about `width` items.
    pub(super) fn reserve(&mut self, rows: u64, width: usize) {
        const MAX_ITEMS: usize = 1 << 28;
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        // A row is added before the first is dropped.
        let rows = match self.max_rows {
            usize::MAX => rows,
            max_rows => (max_rows + 1).saturating_sub(self.rows.heads.len()),
        };
        self.rows.heads.reserve(rows.min(MAX_ITEMS));
        let items = rows.saturating_mul(width);
        self.rows.items.reserve(items.min(MAX_ITEMS));
    }

    /// Drops the rows up to `step`, except for the last `kept`.
    pub(super) fn drop_until(&mut self, step: u64, kept: usize) {
        let is_past = |head: &RowHead| head.step <= step;
        while self.rows.heads.len() > kept && self.rows.heads.front().is_some_and(is_past) {
            self.rows.pop();
        }
    }

    /// Drops the rows from `step` on.
    pub(super) fn drop_from(&mut self, step: u64) {
        let RowStore {
            heads,
            items,
            dropped,
        } = &mut self.rows;
        heads.truncate(heads.partition_point(|head| head.step < step));
        items.truncate(heads.back().map_or(0, |head| head.end - *dropped));
    }

    /// Starts the next batch.
    pub(super) fn start_batch(&mut self) {
        self.unwritten = 0;
    }

    pub(super) fn clear(&mut self) {
        self.rows.heads.clear();
        self.rows.items.clear();
        self.rows.dropped = 0;
        self.unwritten = 0;
    }

    /// Appends the rows and their positions, for another rank.
    pub(super) fn put(&self, bytes: &mut Vec<u8>)
    where
        I: Persist,
    {
        match &self.positions {
            Positions::From(first) => (0_u8, *first).save(bytes),
            Positions::List(positions) => {
                1_u8.save(bytes);
                positions.save(bytes);
            }
        }
        let RowStore {
            heads,
            items,
            dropped,
        } = &self.rows;
        (heads.len(), items.len()).save(bytes);
        for RowHead { step, end } in heads {
            (*step, end - dropped).save(bytes);
        }
        items.iter().for_each(|item| item.save(bytes));
    }

    /// The pieces that another rank has put.
    pub(super) fn take_all(mut bytes: &[u8]) -> Result<Vec<RecordingPiece<I>>, PersistError>
    where
        I: Persist,
    {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let positions = match u8::load(&mut bytes)? {
                0 => Positions::From(usize::load(&mut bytes)?),
                _ => Positions::List(Vec::load(&mut bytes)?),
            };
            let mut piece = RecordingPiece::new(positions, usize::MAX);
            let (heads, items) = <(usize, usize)>::load(&mut bytes)?;
            for _ in 0..heads {
                let (step, end) = <(u64, usize)>::load(&mut bytes)?;
                piece.rows.heads.push_back(RowHead { step, end });
            }
            for _ in 0..items {
                piece.rows.items.push_back(I::load(&mut bytes)?);
            }
            pieces.push(piece);
        }
        Ok(pieces)
    }

    fn has(&self, step: u64) -> bool {
        let heads = &self.rows.heads;
        heads.binary_search_by_key(&step, |head| head.step).is_ok()
    }
}

impl<I> RowStore<I> {
    /// Drops the first row.
    fn pop(&mut self) {
        if let Some(head) = self.heads.pop_front() {
            self.items.drain(..head.end - self.dropped);
            self.dropped = head.end;
        }
    }

    /// The rows from `step` on: the step and the items of each.
    fn from(&self, step: u64) -> impl Iterator<Item = (u64, vec_deque::Iter<'_, I>)> {
        let first = self.heads.partition_point(|head| head.step < step);
        let mut start = match first.checked_sub(1) {
            None => 0,
            Some(before) => self.heads[before].end - self.dropped,
        };
        self.heads.range(first..).map(move |head| {
            let end = head.end - self.dropped;
            let items = self.items.range(start..end);
            start = end;
            (head.step, items)
        })
    }
}

impl Positions {
    /// The position of an item.
    fn of(&self, item: usize) -> usize {
        match self {
            Positions::From(first) => first + item,
            Positions::List(positions) => positions[item] as usize,
        }
    }
}

/// Appends to `steps` those after `after` that all pieces have recorded.
pub(super) fn complete_steps<I: Copy, P: Deref<Target = RecordingPiece<I>>>(
    mut pieces: impl Iterator<Item = P>,
    after: u64,
    steps: &mut Vec<u64>,
) {
    let Some(first) = pieces.next() else {
        return;
    };
    let heads = first.rows.heads.iter().map(|head| head.step);
    steps.extend(heads.filter(|step| *step > after));
    drop(first);
    for piece in pieces {
        steps.retain(|step| piece.has(*step));
    }
}

/// The recorded steps of all tasks, to be read or written.
pub(super) trait RowTable: Default + Send + 'static {
    /// An item of a row.
    type Item: Copy + Persist + Send;
    /// Makes rows of `width` elements for these steps.
    fn start(&mut self, steps: &[u64], width: usize);
    /// Adds the items of a piece to the row with the index `row`, of `step`.
    fn add(
        &mut self,
        row: usize,
        step: u64,
        positions: &Positions,
        items: vec_deque::Iter<'_, Self::Item>,
    );
    /// Ends after the last piece.
    fn finish(&mut self) {}
    /// Appends the records of a file.
    fn append_to(&self, steps: &[u64], batch: &mut RecordBatch);
    /// The data of a file, for rows of these extents.
    fn column(dims: &Dims) -> DataColumn;
}

/// Makes the table of these steps, which all pieces have.
pub(super) fn gather<B: RowTable, P: Deref<Target = RecordingPiece<B::Item>>>(
    pieces: impl Iterator<Item = P>,
    steps: &[u64],
    width: usize,
    table: &mut B,
) {
    table.start(steps, width);
    let Some(first) = steps.first() else {
        return table.finish();
    };
    for piece in pieces {
        let mut row = 0;
        for (step, items) in piece.rows.from(*first) {
            match steps.get(row) {
                None => break,
                Some(wanted) if *wanted == step => {
                    table.add(row, step, &piece.positions, items);
                    row += 1;
                }
                Some(_) => {}
            }
        }
    }
    table.finish();
}

/// A table of numbers: an array of shape `[steps, …]`.
#[derive(Debug, Default)]
pub(super) struct NumberTable<T> {
    pub(super) values: Vec<T>,
    width: usize,
}

impl<T: Element> RowTable for NumberTable<T> {
    type Item = T;

    fn start(&mut self, steps: &[u64], width: usize) {
        self.width = width;
        self.values.clear();
        self.values.resize(steps.len() * width, T::default());
    }

    fn add(&mut self, row: usize, _: u64, positions: &Positions, items: vec_deque::Iter<'_, T>) {
        let row = &mut self.values[row * self.width..][..self.width];
        for (item, value) in items.enumerate() {
            row[positions.of(item)] = *value;
        }
    }

    fn append_to(&self, steps: &[u64], batch: &mut RecordBatch) {
        batch.records += steps.len();
        steps.iter().for_each(|step| step.save(&mut batch.steps));
        self.values
            .iter()
            .for_each(|value| value.save(&mut batch.data));
    }

    fn column(dims: &Dims) -> DataColumn {
        DataColumn::new::<T>("value", dims.clone())
    }
}

/// A table of spikes: the step and the neuron of each.
#[derive(Debug, Default)]
pub(super) struct SpikeTable {
    pub(super) events: Vec<(u64, u32)>,
}

impl RowTable for SpikeTable {
    type Item = u32;

    fn start(&mut self, _: &[u64], _: usize) {
        self.events.clear();
    }

    fn add(&mut self, _: usize, step: u64, _: &Positions, items: vec_deque::Iter<'_, u32>) {
        // Spikes are recorded by their positions.
        self.events.extend(items.map(|neuron| (step, *neuron)));
    }

    fn finish(&mut self) {
        self.events.sort_unstable();
    }

    fn append_to(&self, _: &[u64], batch: &mut RecordBatch) {
        batch.records += self.events.len();
        for (step, neuron) in &self.events {
            step.save(&mut batch.steps);
            neuron.save(&mut batch.data);
        }
    }

    fn column(_: &Dims) -> DataColumn {
        DataColumn::new::<u32>("neuron", [0; 0].into())
    }
}
