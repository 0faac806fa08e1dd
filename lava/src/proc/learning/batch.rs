//! Synapses that lie apart in memory, gathered to be evaluated together.

use super::number::Arithmetic;
use super::program::{Class, Operands, Program, Read, Rounding};
use super::values::Values;
use crate::model::BLOCK;

/// Synapses of one class: their variables, the traces that they read, and where they belong.
pub(super) struct Batch<T> {
    pub(super) variables: [Vec<T>; 3],
    /// By [`Read::index`].
    pub(super) traces: [Vec<T>; Read::COUNT],
    /// The place of each synapse, or of a run of them.
    pub(super) places: Vec<(u32, u32)>,
    pub(super) len: usize,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Batch {
            variables: Default::default(),
            traces: Default::default(),
            places: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Arithmetic> Batch<T> {
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
        let mut operands = Operands::none();
        for read in program.reads(class) {
            operands.0[read.index()] = Values::Each(&self.traces[read.index()][..self.len]);
        }
        let variables = self.variables.each_mut().map(Vec::as_mut_slice);
        program.update(class, &operands, variables, rounding)
    }

    pub(super) fn clear(&mut self) {
        self.variables.iter_mut().for_each(Vec::clear);
        self.traces.iter_mut().for_each(Vec::clear);
        self.places.clear();
        self.len = 0;
    }
}
