//! The synapses of a source, drawn in batches.

use std::ops::Range;
use std::sync::Arc;

use super::projection::{Circuit, SynapseCount, TargetChoice};
use super::tables::{DelayTable, WeightTable};
use super::targets::{self, NONE, Targets};
use super::tree::{Node, TargetTree};
use super::words::{BATCH, Purpose, RandomWords};
use crate::proc::synapse::memory;
use crate::proc::synapse::weights::FloatWeight;

/// The drawing of synapses into the targets of a shard.
pub(super) struct SourceDrawing {
    pub(super) circuit: Arc<Circuit>,
    tree: TargetTree,
    /// A bit for each target of a leaf, where a target is drawn once.
    taken: Vec<u64>,
    /// The targets of a leaf, where a target is drawn once.
    different: Vec<u32>,
}

/// Some synapses of a source.
pub(super) struct Drawn<T> {
    pub(super) targets: [u32; BATCH],
    pub(super) weights: [T; BATCH],
    pub(super) delays: [u32; BATCH],
    pub(super) count: usize,
}

impl<T> Drawn<T> {
    /// Returns `true` if number `number` is a synapse, and not left out.
    pub(super) fn is_synapse(&self, number: usize) -> bool {
        self.targets[number] != NONE
    }
}

/// A user of drawn synapses: a trait and not a closure, so that all of the drawing is inlined into a
/// step that is compiled for the widest vectors.
pub(super) trait Consume<T> {
    fn consume(&mut self, drawn: &Drawn<T>);

    /// Prefetches memory that the synapses before need: called some four times while a batch is drawn.
    #[inline(always)]
    fn prefetch(&mut self) {}
}

impl SourceDrawing {
    /// The drawing of the synapses in the leaves of `tree`.
    pub(super) fn new(circuit: Arc<Circuit>, tree: TargetTree) -> SourceDrawing {
        let largest = tree.leaves().map(|leaf| leaf.targets.len()).max();
        let marks = match circuit.choice {
            TargetChoice::Number {
                with_replacement: false,
                ..
            } => largest.unwrap_or(0),
            _ => 0,
        };
        SourceDrawing {
            circuit,
            tree,
            taken: vec![0; marks.div_ceil(64)],
            different: Vec::with_capacity(marks),
        }
    }

    /// Gives all synapses of a source into the leaves to `consumer`.
    #[inline(always)]
    pub(super) fn draw<T: FloatWeight>(&mut self, source: u32, consumer: &mut impl Consume<T>) {
        let SourceDrawing {
            circuit,
            tree,
            taken,
            different,
        } = self;
        let circuit = circuit.as_ref();
        let TargetChoice::Number {
            count,
            with_replacement,
        } = &circuit.choice
        else {
            for leaf in tree.leaves() {
                circuit.draw_leaf(source, leaf.id, &leaf.targets, consumer);
            }
            return;
        };
        let spread = circuit.spread(*with_replacement);
        let mut visit = tree.spread(circuit.generator, source, count.of(source), spread);
        while let Some((leaf, count)) = visit.next_leaf() {
            let words = circuit.generator.words(source, leaf.id);
            let excluded = circuit.excluded(source, &leaf.targets);
            let batches = count.div_ceil(BATCH as u32);
            if !with_replacement {
                let leaf = &leaf.targets;
                targets::different(words, count as usize, leaf, excluded, taken, different);
            }
            for number in 0..batches {
                let first = number as usize * BATCH;
                let left = (count as usize - first).min(BATCH);
                consumer.prefetch();
                let targets = match with_replacement {
                    true => targets::drawn(words, number, left, &leaf.targets, excluded),
                    false => Targets::listed(&different[first..first + left]),
                };
                circuit.finish(words, number, targets, consumer);
            }
        }
    }

    /// Returns `true` if the synapses in a leaf do not depend on those in others.
    pub(super) fn has_independent_leaves(&self) -> bool {
        !matches!(self.circuit.choice, TargetChoice::Number { .. })
    }

    /// The delay of all synapses, or `None` if it differs.
    pub(super) fn delay(&self) -> Option<usize> {
        match *self.circuit.tables.delays {
            DelayTable::Constant(delay) => Some(delay as usize),
            _ => None,
        }
    }

    /// Prefetches the number of a source's synapses.
    #[inline(always)]
    pub(super) fn prefetch(&self, source: u32) {
        if let TargetChoice::Number {
            count: SynapseCount::Each(counts),
            ..
        } = &self.circuit.choice
        {
            memory::fetch_item(&counts[source as usize]);
        }
    }

    /// The leaves.
    pub(super) fn leaves(&self) -> impl Iterator<Item = &Node> {
        self.tree.leaves()
    }

    /// Gives the synapses of a source in an independent leaf to `consumer`.
    #[inline(always)]
    pub(super) fn draw_leaf<T: FloatWeight>(
        &self,
        source: u32,
        leaf: &Node,
        consumer: &mut impl Consume<T>,
    ) {
        let Node { id, targets, .. } = leaf;
        self.circuit.draw_leaf(source, *id, targets, consumer);
    }
}

impl Circuit {
    /// The target of the source's own number, if it is in the leaf and forbidden.
    #[inline(always)]
    fn excluded(&self, source: u32, leaf: &Range<u32>) -> Option<u32> {
        (self.without_autapses && leaf.contains(&source)).then_some(source)
    }

    /// Gives the synapses of a source in a leaf to `consumer`, if they do not
    /// depend on those in others.
    #[inline(always)]
    pub(super) fn draw_leaf<T: FloatWeight>(
        &self,
        source: u32,
        id: u32,
        leaf: &Range<u32>,
        consumer: &mut impl Consume<T>,
    ) {
        let words = self.generator.words(source, id);
        let excluded = self.excluded(source, leaf);
        match &self.choice {
            TargetChoice::Nothing | TargetChoice::Number { .. } => {}
            TargetChoice::Itself => {
                if leaf.contains(&source) {
                    self.finish(words, 0, Targets::listed(&[source]), consumer);
                }
            }
            TargetChoice::All => {
                for (number, start) in (0..).zip(leaf.clone().step_by(BATCH)) {
                    let count = (leaf.end - start).min(BATCH as u32) as usize;
                    let targets = Targets::consecutive(start, count, excluded);
                    self.finish(words, number, targets, consumer);
                }
            }
            TargetChoice::Gaps(gaps) => {
                let mut next = leaf.start;
                for number in 0.. {
                    consumer.prefetch();
                    let targets = gaps.drawn(words, number, leaf, &mut next, excluded);
                    let is_last = targets.count < BATCH;
                    self.finish(words, number, targets, consumer);
                    if is_last {
                        return;
                    }
                }
            }
        }
    }

    /// Draws weights and delays of batch `number` of a source's synapses, and gives them to `consumer`.
    #[inline(always)]
    fn finish<T: FloatWeight>(
        &self,
        words: RandomWords,
        number: u32,
        targets: Targets,
        consumer: &mut impl Consume<T>,
    ) {
        let Targets {
            targets,
            count,
            fractions,
        } = targets;
        let weights = match &*self.tables.weights {
            WeightTable::Constant(weight) => [T::from_f64(*weight).unwrap_or(T::ZERO); BATCH],
            WeightTable::Quantiles(table) => {
                consumer.prefetch();
                let words = words.batch(Purpose::Weights, number);
                consumer.prefetch();
                let values = table.values(&words);
                let mut weights = [T::ZERO; BATCH];
                for (weight, value) in weights.iter_mut().zip(values) {
                    *weight = T::from_f32(value);
                }
                weights
            }
        };
        let delays = match &*self.tables.delays {
            DelayTable::Constant(delay) => [*delay; BATCH],
            table => {
                let words = match fractions {
                    Some(fractions) => fractions,
                    None => words.batch(Purpose::Delays, number),
                };
                consumer.prefetch();
                match table {
                    DelayTable::Many(cells) => cells.delays(&words),
                    DelayTable::Few(cells) => cells.delays(&words),
                    DelayTable::Constant(delay) => [*delay; BATCH],
                }
            }
        };
        consumer.consume(&Drawn {
            targets,
            weights,
            delays,
            count,
        });
    }
}
