//! Synapses that lie apart in memory, gathered to be evaluated together.

use super::number::LearningNumber;
use super::program::{BlockSums, Class, Operands, Program, Rounding, TraceRead};
use super::values::FactorValues;
use crate::model::BLOCK;

/// Synapses of one class: their variables, the traces that they read, and where they belong.
pub(super) struct Batch<T> {
    pub(super) variables: [Vec<T>; 3],
    /// By [`TraceRead::index`].
    pub(super) traces: [Vec<T>; TraceRead::COUNT],
    /// The place of each synapse, or of a run of them.
    pub(super) places: Vec<(u32, u32)>,
    pub(super) len: usize,
    pub(super) memory: BlockSums<T>,
}

impl<T: LearningNumber> Default for Batch<T> {
    fn default() -> Self {
        Batch {
            variables: Default::default(),
            traces: Default::default(),
            places: Vec::new(),
            len: 0,
            memory: BlockSums::default(),
        }
    }
}

impl<T: LearningNumber> Batch<T> {
    /// Returns `true` if there is no space for `more` synapses.
    #[inline(always)]
    pub(super) fn is_full(&self, more: usize) -> bool {
        self.len + more > BLOCK
    }

    /// Evaluates the synapses. Returns `false` if a variable is not finite afterwards.
    #[inline(always)]
    pub(super) fn update(
        &mut self,
        program: &Program<T>,
        class: Class,
        rounding: Rounding,
    ) -> bool {
        let mut is_finite = true;
        for start in (0..self.len).step_by(BLOCK) {
            let block = start..self.len.min(start + BLOCK);
            let mut operands = Operands::none();
            for read in program.reads(class) {
                let trace = &self.traces[read.index()][block.clone()];
                operands.0[read.index()] = FactorValues::Each(trace);
            }
            let variables = self.variables.each_mut().map(|variable| {
                let is_used = !variable.is_empty();
                &mut variable[if is_used { block.clone() } else { 0..0 }]
            });
            let memory = &mut self.memory;
            is_finite &= program.update(class, &operands, variables, rounding, memory);
        }
        is_finite
    }

    pub(super) fn clear(&mut self) {
        self.variables.iter_mut().for_each(Vec::clear);
        self.traces.iter_mut().for_each(Vec::clear);
        self.places.clear();
        self.len = 0;
    }
}
