//! Synapses in memory.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use super::adjacency::{Adjacency, Group};
use super::error::SynapseError;
use super::merge::{Part, merged};
use super::storage::WeightStorage;
use super::weights::Weight;
use crate::model::Persist;
use crate::process::{Checksum, MAX_DELAY};

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
    /// The lists that hold them, by ascending target.
    pieces: Arc<[Piece<T, W>]>,
    targets: usize,
    /// The number that stored weights are multiples of.
    scale: f64,
    /// The shape of their weights as an array.
    shape: [usize; 1],
}

/// Targets of synapses, and the lists that hold what leads to them, together with other synapses
/// perhaps.
pub(super) struct Piece<T, W> {
    pub(super) adjacency: Arc<Adjacency<T, W>>,
    /// The first of the targets.
    pub(super) first: usize,
    /// The numbers that the targets have in the lists.
    pub(super) held: Range<usize>,
}

impl<T, W> Clone for Piece<T, W> {
    fn clone(&self) -> Self {
        Piece {
            adjacency: Arc::clone(&self.adjacency),
            held: self.held.clone(),
            ..*self
        }
    }
}

impl<T: Weight, W: WeightStorage<T>> Piece<T, W> {
    /// All targets of some lists.
    fn whole(adjacency: Arc<Adjacency<T, W>>) -> Piece<T, W> {
        Piece {
            first: 0,
            held: 0..adjacency.targets,
            adjacency,
        }
    }

    /// The synapses of a group that lead to the piece's targets.
    fn part_of<'a>(&self, group: Group<'a>) -> Group<'a> {
        let kept = if self.held == (0..self.adjacency.targets) {
            group
        } else {
            group.within::<T, W>(&self.held)
        };
        Group {
            first: kept
                .first
                .wrapping_add(self.first)
                .wrapping_sub(self.held.start),
            ..kept
        }
    }
}

impl<T: Weight, W: WeightStorage<T>> Synapses<T, W> {
    pub(super) fn new(adjacency: Arc<Adjacency<T, W>>, scale: f64) -> Synapses<T, W> {
        Synapses {
            shape: [adjacency.len],
            targets: adjacency.targets,
            pieces: Arc::new([Piece::whole(adjacency)]),
            scale,
        }
    }

    /// The same synapses, held elsewhere.
    pub(super) fn held_in(&self, pieces: impl Into<Arc<[Piece<T, W>]>>) -> Synapses<T, W> {
        Synapses {
            pieces: pieces.into(),
            ..*self
        }
    }

    /// The lists that hold the synapses.
    pub(super) fn pieces(&self) -> &[Piece<T, W>] {
        &self.pieces
    }

    /// The groups of a source, by delay and target.
    pub(super) fn groups(&self, source: usize) -> impl Iterator<Item = Group<'_>> {
        let mut pieces: Vec<_> = self
            .pieces
            .iter()
            .map(|piece| {
                let groups = piece.adjacency.groups(source);
                groups.map(|group| piece.part_of(group)).peekable()
            })
            .collect();
        std::iter::from_fn(move || {
            // Of the pieces with the shortest delay the one with the lowest targets.
            let delays = pieces.iter_mut().enumerate();
            let delays = delays.filter_map(|(number, piece)| Some((piece.peek()?.delay, number)));
            let (_, number) = delays.min()?;
            pieces[number].next()
        })
    }

    /// A number by which a snapshot knows the synapses again, with their weights or without.
    pub(super) fn fingerprint(&self, with_weights: bool) -> u64 {
        let mut checksum = Checksum::default();
        let mut bytes = Vec::new();
        (self.sources(), self.targets).save(&mut bytes);
        if with_weights {
            self.scale.save(&mut bytes);
        }
        for source in 0..self.sources() {
            source.save(&mut bytes);
            for group in self.groups(source) {
                for (target, weight) in group.synapses::<T, W>() {
                    (group.delay as u16, target as u32).save(&mut bytes);
                    let weight = weight.iter().filter(|_| with_weights);
                    weight.for_each(|word| word.save(&mut bytes));
                }
            }
            checksum.add(&bytes);
            bytes.clear();
        }
        checksum.value()
    }

    /// The synapses in lists of their own.
    fn in_one_piece(&self) -> Result<Arc<Adjacency<T, W>>, SynapseError> {
        let part = Part {
            synapses: self.clone(),
            targets: 0..self.targets,
            first: 0,
        };
        merged(&[part], self.targets)
    }

    /// The same synapses with other weights, in the same order.
    pub(super) fn with_weights(&self, weights: &[T]) -> Result<Synapses<T, W>, SynapseError> {
        let largest = weights.iter().map(|weight| weight.to_f64().abs());
        let scale = W::scale(largest.fold(0.0, f64::max));
        let mut adjacency = self.in_one_piece()?.as_ref().clone();
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
        let groups = sources.flat_map(|source| self.groups(source));
        let stored = groups.flat_map(|group| group.weights.chunks_exact(W::WORDS));
        stored.map(move |stored| W::decode(stored, scale))
    }

    /// The shape of the weights as an array.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of synapses.
    pub fn len(&self) -> usize {
        self.shape[0]
    }

    /// Returns `true` if there are no synapses: a projection may draw none by chance.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of neurons that send.
    pub fn sources(&self) -> usize {
        self.pieces[0].adjacency.sources()
    }

    /// The number of neurons that receive.
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// The delays from the shortest to the longest, in steps.
    pub fn delays(&self) -> RangeInclusive<usize> {
        let adjacencies = || self.pieces.iter().map(|piece| &piece.adjacency);
        let shortest = adjacencies().map(|lists| lists.shortest).min();
        let longest = adjacencies().map(|lists| lists.longest).max();
        shortest.unwrap_or(1)..=longest.unwrap_or(1)
    }

    /// The memory that the synapses take, in bytes.
    pub fn bytes(&self) -> usize {
        // Lists that hold other synapses too are shared out evenly.
        let lists = || self.pieces.iter().map(|piece| &piece.adjacency);
        let bytes: usize = lists().map(|lists| lists.bytes()).sum();
        let synapses: usize = lists().map(|lists| lists.len).sum();
        match synapses == self.len() {
            true => bytes,
            false => (bytes as u128 * self.len() as u128 / synapses as u128) as usize,
        }
    }

    /// All synapses in the order in which they lie in memory: by source, delay and target.
    pub fn iter(&self) -> impl Iterator<Item = Synapse> + '_ {
        let scale = self.scale();
        (0..self.sources()).flat_map(move |source| {
            let groups = self.groups(source);
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

    /// The number that stored weights are multiples of.
    #[cfg(feature = "store")]
    pub(super) fn stored_scale(&self) -> f64 {
        self.scale
    }

    /// The number that stored weights are multiples of; 1 where they are stored as they are.
    pub(super) fn scale(&self) -> T {
        T::from_f64(self.scale).unwrap_or(T::ONE)
    }
}

impl<T, W> Clone for Synapses<T, W> {
    fn clone(&self) -> Self {
        Synapses {
            pieces: Arc::clone(&self.pieces),
            ..*self
        }
    }
}

impl<T, W> std::fmt::Debug for Synapses<T, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let adjacency = &self.pieces[0].adjacency;
        let (sources, targets) = (adjacency.starts.len() - 1, self.targets);
        let (delays, [len]) = (adjacency.shortest..=adjacency.longest, self.shape);
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
