//! Synapses in memory.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::adjacency::Adjacency;
use super::error::SynapseError;
use super::storage::WeightStorage;
use super::weights::Weight;
use crate::process::MAX_DELAY;

/// One synapse, for connections that are listed one by one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synapse {
    /// The neuron that sends.
    pub source: usize,
    /// The neuron that receives.
    pub target: usize,
    /// The weight.
    pub weight: f64,
    /// Steps from spike to arrival, at least 1.
    pub delay: usize,
}

/// The synapses between two populations, in the order in which they are delivered: by source,
/// then by delay, then by target. Clones share their memory.
///
/// A synapse takes the bytes of its weight, in the type `W` that it is stored in (see
/// [`WeightStorage`]), and 2 for its target. The synapses of a source with the same delay take 4
/// more together, 8 beyond the first 65,536 targets.
pub struct Synapses<T, W = T> {
    pub(super) adjacency: Arc<Adjacency<T, W>>,
    /// The number that stored weights are multiples of.
    scale: f64,
    /// The shape of their weights as an array.
    shape: [usize; 1],
}

impl<T: Weight, W: WeightStorage<T>> Synapses<T, W> {
    pub(super) fn new(adjacency: Arc<Adjacency<T, W>>, scale: f64) -> Synapses<T, W> {
        Synapses {
            shape: [adjacency.len],
            adjacency,
            scale,
        }
    }

    /// The same synapses with other weights, in the same order.
    pub(super) fn with_weights(&self, weights: &[T]) -> Result<Synapses<T, W>, SynapseError> {
        let largest = weights.iter().map(|weight| weight.to_f64().abs());
        let scale = W::scale(largest.fold(0.0, f64::max));
        let mut adjacency = self.adjacency.as_ref().clone();
        let mut weights = weights.iter();
        adjacency.change_weights(|stored| {
            let mut stored = stored.chunks_exact_mut(W::WORDS).zip(&mut weights);
            stored.try_for_each(|(stored, weight)| match W::encode(*weight, scale, stored) {
                true => Ok(()),
                false => Err(SynapseError::Weight(weight.to_f64())),
            })
        })?;
        Ok(Synapses::new(Arc::new(adjacency), scale))
    }

    /// The same synapses with every weight replaced by `weight` of it; a clone where none changes.
    pub(super) fn mapped(&self, weight: impl Fn(T) -> T) -> Result<Synapses<T, W>, SynapseError> {
        if self.values().all(|old| weight(old) == old) {
            return Ok(self.clone());
        }
        let weights: Vec<T> = self.values().map(weight).collect();
        self.with_weights(&weights)
    }

    /// All weights, in the order of the synapses.
    pub(super) fn values(&self) -> impl Iterator<Item = T> {
        let scale = self.scale();
        let sources = 0..self.sources();
        let groups = sources.flat_map(|source| self.adjacency.groups(source));
        let stored = groups.flat_map(|group| group.weights.chunks_exact(W::WORDS));
        stored.map(move |stored| W::decode(stored, scale))
    }

    /// The shape of the weights as an array.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of synapses.
    pub fn len(&self) -> usize {
        self.adjacency.len
    }

    /// Returns `true` if there are no synapses: a projection may draw none by chance.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of neurons that send.
    pub fn sources(&self) -> usize {
        self.adjacency.sources()
    }

    /// The number of neurons that receive.
    pub fn targets(&self) -> usize {
        self.adjacency.targets
    }

    /// The delays from the shortest to the longest, in steps.
    pub fn delays(&self) -> RangeInclusive<usize> {
        self.adjacency.shortest..=self.adjacency.longest
    }

    /// The memory that the synapses take, in bytes.
    pub fn bytes(&self) -> usize {
        self.adjacency.bytes()
    }

    /// All synapses in the order in which they lie in memory: by source, delay and target.
    pub fn iter(&self) -> impl Iterator<Item = Synapse> + '_ {
        let scale = self.scale();
        (0..self.sources()).flat_map(move |source| {
            let groups = self.adjacency.groups(source);
            groups.flat_map(move |group| {
                let synapses = group.synapses::<T, W>();
                synapses.map(move |(target, stored)| Synapse {
                    source,
                    target,
                    weight: W::decode(stored, scale).to_f64(),
                    delay: group.delay,
                })
            })
        })
    }

    /// The number that stored weights are multiples of; 1 where they are stored as they are.
    pub(super) fn scale(&self) -> T {
        T::from_f64(self.scale).unwrap_or(T::ONE)
    }
}

impl<T, W> Clone for Synapses<T, W> {
    fn clone(&self) -> Self {
        Synapses {
            adjacency: Arc::clone(&self.adjacency),
            ..*self
        }
    }
}

impl<T, W> std::fmt::Debug for Synapses<T, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Adjacency {
            targets,
            shortest,
            longest,
            len,
            starts,
            ..
        } = self.adjacency.as_ref();
        let (sources, delays) = (starts.len() - 1, shortest..=longest);
        write!(
            f,
            "{len} synapses, {sources} → {targets}, delays {delays:?}"
        )
    }
}

/// A drawn delay as a whole number of steps.
pub(super) fn delay_steps(drawn: f64) -> Result<usize, SynapseError> {
    // Rounds like `round`, which is a call where the instruction set has no such instruction.
    let steps = drawn + 0.5;
    if (1.0..MAX_DELAY as f64 + 1.0).contains(&steps) {
        Ok(steps as usize)
    } else {
        Err(SynapseError::Delay(drawn))
    }
}

/// Fails if there are more synapses than an index can count.
pub(super) fn check_count(synapses: usize) -> Result<(), SynapseError> {
    match u32::try_from(synapses) {
        Ok(_) => Ok(()),
        Err(_) => Err(SynapseError::Many(synapses)),
    }
}

/// Fails if a population has no neurons, or more than an index can count.
pub(super) fn check_populations(sources: usize, targets: usize) -> Result<(), SynapseError> {
    let counts = 1..=u32::MAX as usize;
    match counts.contains(&sources) && counts.contains(&targets) {
        true => Ok(()),
        false => Err(SynapseError::Populations { sources, targets }),
    }
}
