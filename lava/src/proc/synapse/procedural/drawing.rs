//! The synapses of a source, drawn in batches.

use std::ops::Range;
use std::sync::Arc;

use super::projection::{Circuit, TargetChoice};
use super::tables::{DelayTable, WeightTable};
use super::targets::{self, NONE, Targets};
use super::tree::TargetTree;
use super::words::{BATCH, Purpose, Words};
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
    /// Returns `true` if a target is one.
    pub(super) fn is_target(&self, target: u32) -> bool {
        target != NONE
    }
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

    /// Calls `act` with all synapses of a source into the leaves.
    #[inline(always)]
    pub(super) fn draw<T: FloatWeight>(&mut self, source: u32, mut act: impl FnMut(&Drawn<T>)) {
        let SourceDrawing {
            circuit,
            tree,
            taken,
            different,
        } = self;
        let circuit = circuit.as_ref();
        if let TargetChoice::Number {
            count,
            with_replacement,
        } = &circuit.choice
        {
            let spread = circuit.spread(*with_replacement);
            tree.spread(
                circuit.key,
                source,
                count.of(source),
                spread,
                |leaf, count| {
                    let words = Words::new(circuit.key, source, leaf.id);
                    let excluded = circuit.excluded(source, &leaf.targets);
                    if *with_replacement {
                        let mut left = count as usize;
                        for number in 0..count.div_ceil(BATCH as u32) {
                            let targets =
                                targets::drawn(words, number, left, &leaf.targets, excluded);
                            left = left.saturating_sub(BATCH);
                            circuit.finish(words, number, targets, &mut act);
                        }
                    } else {
                        let (leaf, count) = (&leaf.targets, count as usize);
                        targets::different(words, count, leaf, excluded, taken, different);
                        for (number, targets) in (0..).zip(different.chunks(BATCH)) {
                            circuit.finish(words, number, Targets::listed(targets), &mut act);
                        }
                    }
                },
            );
        } else {
            for leaf in tree.leaves() {
                circuit.draw_leaf(source, leaf.id, &leaf.targets, &mut act);
            }
        }
    }

    /// The numbers and targets of the leaves, if the synapses in one do not depend on those in others.
    pub(super) fn independent_leaves(&self) -> Option<impl Iterator<Item = (u32, Range<u32>)>> {
        let leaves = self
            .tree
            .leaves()
            .map(|leaf| (leaf.id, leaf.targets.clone()));
        match self.circuit.choice {
            TargetChoice::Number { .. } => None,
            _ => Some(leaves),
        }
    }
}

impl Circuit {
    /// The target of the source's own number, if it is in the leaf and forbidden.
    #[inline(always)]
    fn excluded(&self, source: u32, leaf: &Range<u32>) -> Option<u32> {
        (self.without_autapses && leaf.contains(&source)).then_some(source)
    }

    /// Calls `act` with the synapses of a source in a leaf, which do not depend on those in others.
    #[inline(always)]
    pub(super) fn draw_leaf<T: FloatWeight>(
        &self,
        source: u32,
        id: u32,
        leaf: &Range<u32>,
        act: &mut impl FnMut(&Drawn<T>),
    ) {
        let words = Words::new(self.key, source, id);
        let excluded = self.excluded(source, leaf);
        match &self.choice {
            TargetChoice::Nothing | TargetChoice::Number { .. } => {}
            TargetChoice::Itself => {
                if leaf.contains(&source) {
                    self.finish(words, 0, Targets::listed(&[source]), act);
                }
            }
            TargetChoice::All => {
                for (number, start) in (0..).zip(leaf.clone().step_by(BATCH)) {
                    let count = (leaf.end - start).min(BATCH as u32) as usize;
                    let targets = Targets::consecutive(start, count, excluded);
                    self.finish(words, number, targets, act);
                }
            }
            TargetChoice::Gaps(gaps) => {
                let mut next = leaf.start;
                for number in 0.. {
                    let targets = gaps.drawn(words, number, leaf, &mut next, excluded);
                    let is_last = targets.count < BATCH;
                    self.finish(words, number, targets, act);
                    if is_last {
                        return;
                    }
                }
            }
        }
    }

    /// Draws weights and delays of batch `number` of a source's synapses.
    #[inline(always)]
    fn finish<T: FloatWeight>(
        &self,
        words: Words,
        number: u32,
        targets: Targets,
        act: &mut impl FnMut(&Drawn<T>),
    ) {
        let Targets {
            targets,
            count,
            fractions,
        } = targets;
        let weights = match &self.tables.weights {
            WeightTable::Constant(weight) => [T::from_f64(*weight).unwrap_or(T::ZERO); BATCH],
            WeightTable::Quantiles(table) => {
                let values = table.values(&words.batch(Purpose::Weights, number));
                let mut weights = [T::ZERO; BATCH];
                for (weight, value) in weights.iter_mut().zip(values) {
                    *weight = T::from_f32(value);
                }
                weights
            }
        };
        let delays = match &self.tables.delays {
            DelayTable::Constant(delay) => [*delay; BATCH],
            DelayTable::Cells(cells) => match &fractions {
                Some(fractions) => cells.delays(fractions),
                None => cells.delays(&words.batch(Purpose::Delays, number)),
            },
        };
        act(&Drawn {
            targets,
            weights,
            delays,
            count,
        });
    }
}
