//! The spikes of one step.

use ndarray::{ArrayD, IxDyn};

/// The neurons that fired in one step: the message of a port of spikes, as it is received.
///
/// ```
/// # use lava::prelude::*;
/// #[process]
/// pub struct Counter {
///     s_in: InPort<Spike>,
///     #[var(scalar, init = 0)]
///     total: Var<u64>,
/// }
///
/// #[implements(proc = Counter, protocol = Loihi)]
/// struct CounterModel { s_in: In<Spike>, total: u64 }
///
/// impl LoihiModel for CounterModel {
///     fn run_spk(&mut self) -> lava::Result<()> {
///         self.total += self.s_in.recv().len() as u64;
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Spikes<'a> {
    indices: &'a [u32],
    len: usize,
}

impl<'a> Spikes<'a> {
    /// The spikes of the neurons `indices`, ascending, in a population of `len` neurons.
    pub(super) fn new(indices: &'a [u32], len: usize) -> Spikes<'a> {
        Spikes { indices, len }
    }

    /// The row-major indices of the neurons that fired, ascending.
    pub fn indices(self) -> &'a [u32] {
        self.indices
    }

    /// The number of neurons that fired.
    pub fn len(self) -> usize {
        self.indices.len()
    }

    /// Returns `true` if no neuron fired.
    pub fn is_empty(self) -> bool {
        self.indices.is_empty()
    }

    /// The number of neurons of the population.
    pub fn population(self) -> usize {
        self.len
    }

    /// Returns `true` if the neuron with the row-major index `neuron` fired.
    pub fn contains(self, neuron: usize) -> bool {
        u32::try_from(neuron).is_ok_and(|neuron| self.indices.binary_search(&neuron).is_ok())
    }

    /// One value per neuron, shape `[population]`: `true` if it fired.
    pub fn to_array(self) -> ArrayD<bool> {
        let mut fired = ArrayD::from_elem(IxDyn(&[self.len]), false);
        for &index in self.indices {
            fired[index as usize] = true;
        }
        fired
    }
}
