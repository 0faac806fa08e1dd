//! What every spiking kernel does with its population: go through it block by block, and list
//! the neurons that fired.

use crate::model::BLOCK;

/// The blocks of a population, as `(start, len)`.
pub(super) fn blocks(population: usize) -> impl Iterator<Item = (usize, usize)> {
    let starts = (0..population).step_by(BLOCK);
    starts.map(move |start| (start, BLOCK.min(population - start)))
}

/// The neurons that fired in this step, ascending.
#[derive(Default)]
pub(super) struct Fired {
    pub(super) neurons: Vec<u32>,
}

impl Fired {
    /// Runs a kernel over the `len` neurons of the block at `start`: it computes neuron `i` of
    /// the block and says whether it fired.
    #[inline(always)]
    pub(super) fn block(&mut self, start: usize, len: usize, mut fires: impl FnMut(usize) -> bool) {
        let mut fired = [false; BLOCK];
        let fired = &mut fired[..len];
        for (i, fired) in fired.iter_mut().enumerate() {
            *fired = fires(i);
        }
        self.collect(start, fired);
    }

    /// Adds the neurons of a block that starts at `start`.
    #[inline(always)]
    pub(super) fn collect(&mut self, start: usize, fired: &[bool]) {
        if fired.iter().fold(false, |any, fired| any | fired) {
            let fired = (start as u32..).zip(fired).filter(|(_, fired)| **fired);
            self.neurons.extend(fired.map(|(neuron, _)| neuron));
        }
    }
}
