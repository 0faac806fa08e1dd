//! The memory that synapses take.

use std::marker::PhantomData;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use ndarray::{ArrayD, IxDyn};

use super::super::weights::Weight;
use super::error::SynapseError;
use super::groups::{Groups, Index, Slot};
use super::stored::Stored;
use crate::process::{IntoInit, MAX_DELAY, SharedValues, Values};

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
/// then by groups of neighbouring delays, then by target. Clones share their memory.
///
/// A synapse takes the bytes of its weight, in the type `W` that it is [`Stored`] as, and 2 that
/// tell its target and its delay within the group; a group takes 4. A group has as many delays as
/// 65,536 places, one for each delay and target, have room for.
pub struct Synapses<T, W = T> {
    pub(super) index: Arc<Index>,
    /// Group after group: the places of its synapses, then their weights.
    pub(super) data: Arc<Vec<u16>>,
    /// What the weights are multiples of.
    scale: f64,
    shape: [usize; 1],
    types: PhantomData<fn() -> (T, W)>,
}

/// Pieces of 16 bits that a synapse takes.
pub(super) const fn units<T: Weight, W: Stored<T>>() -> usize {
    1 + W::UNITS
}

/// Where the data of some synapses are.
#[inline(always)]
pub(super) fn data_of<T: Weight, W: Stored<T>>(synapses: Range<u32>) -> Range<usize> {
    synapses.start as usize * units::<T, W>()..synapses.end as usize * units::<T, W>()
}

/// The places and the weights of a group.
#[inline(always)]
pub(super) fn split<T: Weight, W: Stored<T>>(group: &[u16]) -> (&[u16], &[u16]) {
    group.split_at(group.len() / units::<T, W>())
}

impl<T: Weight, W: Stored<T>> Synapses<T, W> {
    pub(super) fn new(
        index: Index,
        data: Vec<u16>,
        scale: f64,
    ) -> Result<Synapses<T, W>, SynapseError> {
        match index.len() {
            0 => Err(SynapseError::Empty),
            synapses => Ok(Synapses {
                index: Arc::new(index),
                data: Arc::new(data),
                scale,
                shape: [synapses],
                types: PhantomData,
            }),
        }
    }

    /// The same synapses with other weights, in the same order.
    pub(super) fn with_weights(&self, weights: &[T]) -> Result<Synapses<T, W>, SynapseError> {
        let largest = weights.iter().map(|weight| weight.to_f64().abs());
        let scale = W::scale(largest.fold(0.0, f64::max));
        let mut data = self.data.as_ref().clone();
        for synapses in self.groups() {
            let weights = &weights[synapses.start as usize..synapses.end as usize];
            let group = &mut data[data_of::<T, W>(synapses)];
            let (_, units) = group.split_at_mut(weights.len());
            for (units, weight) in units.chunks_exact_mut(W::UNITS).zip(weights) {
                if !W::write(*weight, scale, units) {
                    return Err(SynapseError::Weight(weight.to_f64()));
                }
            }
        }
        Ok(Synapses {
            data: Arc::new(data),
            scale,
            ..self.clone()
        })
    }

    /// The same synapses with weights that follow from the present ones; clones where none changes.
    pub(super) fn mapped(&self, weight: impl Fn(T) -> T) -> Result<Synapses<T, W>, SynapseError> {
        if self.values().all(|old| weight(old) == old) {
            return Ok(self.clone());
        }
        let weights: Vec<T> = self.values().map(weight).collect();
        self.with_weights(&weights)
    }

    /// All weights, in the order in which the synapses are kept.
    pub(super) fn values(&self) -> impl Iterator<Item = T> {
        self.groups().flat_map(|synapses| self.weights(synapses))
    }

    /// How many synapses there are.
    #[allow(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// How many neurons send.
    pub fn sources(&self) -> usize {
        self.index.sources
    }

    /// How many neurons receive.
    pub fn targets(&self) -> usize {
        self.index.groups.targets
    }

    /// The delays that can occur, in steps.
    pub fn delays(&self) -> RangeInclusive<usize> {
        let Groups {
            shortest, delays, ..
        } = self.index.groups;
        shortest..=shortest + delays - 1
    }

    /// How many neighbouring delays the synapses of a source are grouped by.
    pub fn group_width(&self) -> usize {
        self.index.groups.width
    }

    /// The memory that the synapses take, in bytes.
    pub fn bytes(&self) -> usize {
        self.index.bytes() + size_of_val(self.data.as_slice())
    }

    /// All synapses in the order in which they are kept: by source, group of delays and target.
    pub fn iter(&self) -> impl Iterator<Item = Synapse> + '_ {
        let slots: Vec<Slot> = self.index.groups.slots().collect();
        self.groups()
            .enumerate()
            .flat_map(move |(group, synapses)| {
                let (source, slot) = (group / slots.len(), slots[group % slots.len()]);
                let (places, _) = split::<T, W>(&self.data[data_of::<T, W>(synapses.clone())]);
                places
                    .iter()
                    .zip(self.weights(synapses))
                    .map(move |(place, weight)| {
                        let (later, target) = self.index.groups.split(*place);
                        Synapse {
                            source,
                            target: slot.first + target,
                            weight: weight.to_f64(),
                            delay: slot.delay + later,
                        }
                    })
            })
    }

    /// The synapses of every group.
    fn groups(&self) -> impl Iterator<Item = Range<u32>> {
        let starts = self.index.starts(0..self.sources()).windows(2);
        starts.map(|pair| pair[0]..pair[1])
    }

    /// The weights of a group.
    fn weights(&self, synapses: Range<u32>) -> impl Iterator<Item = T> {
        let (_, weights) = split::<T, W>(&self.data[data_of::<T, W>(synapses)]);
        let scale = self.scale();
        let weights = weights.chunks_exact(W::UNITS);
        weights.map(move |units| W::read(units, scale))
    }

    /// What the weights are multiples of, where they are.
    pub(super) fn scale(&self) -> T {
        T::from_f64(self.scale).unwrap_or(T::ONE)
    }
}

impl<T, W> Clone for Synapses<T, W> {
    fn clone(&self) -> Self {
        Synapses {
            index: Arc::clone(&self.index),
            data: Arc::clone(&self.data),
            ..*self
        }
    }
}

impl<T: Weight, W: Stored<T>> std::fmt::Debug for Synapses<T, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sources, targets) = (self.sources(), self.targets());
        let (len, delays) = (self.len(), self.delays());
        write!(
            f,
            "{len} synapses, {sources} → {targets}, delays {delays:?}"
        )
    }
}

/// The weights are the initial value of a Var, without a copy.
impl<T: Weight, W: Stored<T>> SharedValues<T> for Synapses<T, W> {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn to_array(&self) -> ArrayD<T> {
        let mut weights = Vec::with_capacity(self.len());
        weights.extend(self.values());
        ArrayD::from_shape_vec(IxDyn(&self.shape), weights).expect("one weight a synapse")
    }
}

#[diagnostic::do_not_recommend]
impl<T: Weight, W: Stored<T>> IntoInit<T> for Synapses<T, W> {
    fn into_init(self) -> Values<T> {
        Values::Shared(Arc::new(self))
    }
}

/// Writes a synapse of a group.
#[inline(always)]
pub(super) fn put<T: Weight, W: Stored<T>>(
    group: &mut [u16],
    number: usize,
    place: u16,
    weight: f64,
    scale: f64,
) -> Result<(), SynapseError> {
    let synapses = group.len() / units::<T, W>();
    group[number] = place;
    let units = &mut group[synapses + number * W::UNITS..][..W::UNITS];
    match T::from_f64(weight) {
        Some(kept) if W::write(kept, scale, units) => Ok(()),
        _ => Err(SynapseError::Weight(weight)),
    }
}

/// A drawn delay as steps.
pub(super) fn delay(drawn: f64) -> Result<usize, SynapseError> {
    // Rounds like `round`, which is a call where the instruction set has no such instruction.
    let steps = drawn + 0.5;
    match (1.0..MAX_DELAY as f64 + 1.0).contains(&steps) {
        true => Ok(steps as usize),
        false => Err(SynapseError::Delay(drawn)),
    }
}

/// Fails where there are more synapses than an index can count.
pub(super) fn count(synapses: usize) -> Result<(), SynapseError> {
    match u32::try_from(synapses) {
        Ok(_) => Ok(()),
        Err(_) => Err(SynapseError::Many(synapses)),
    }
}
