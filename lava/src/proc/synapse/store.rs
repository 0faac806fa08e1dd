//! The layout in which synapses are kept and delivered.

use ndarray::{ArcArray, Array1, IxDyn};

use super::super::weights::Weight;
use super::error::SynapseError;
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
/// then by groups of neighbouring delays, then by target.
///
/// A synapse takes the bytes of its weight and 2 that tell its target and its delay within the
/// group, 4 where there are more than 65,536 targets; a group takes 4. A group has as many delays
/// as 65,536 places, one for each delay and target, have room for.
#[derive(Clone, Debug)]
pub struct Synapses<T> {
    sources: usize,
    pub(super) groups: Groups,
    /// Where each group begins; one more at the end.
    starts: Vec<u32>,
    pub(super) places: Places,
    weights: ArcArray<T, IxDyn>,
}

/// The place of every synapse in its group.
#[derive(Clone, Debug)]
pub(super) enum Places {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// A type that places can be kept in.
pub(super) trait Index: Copy + Default + Send + Sync + 'static {
    fn of(place: usize) -> Self;
    fn get(self) -> usize;
}

impl Index for u16 {
    fn of(place: usize) -> u16 {
        place as u16
    }
    #[inline(always)]
    fn get(self) -> usize {
        usize::from(self)
    }
}

impl Index for u32 {
    fn of(place: usize) -> u32 {
        place as u32
    }
    #[inline(always)]
    fn get(self) -> usize {
        self as usize
    }
}

/// How the synapses of a source are grouped: each group has those of some neighbouring delays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Groups {
    pub(super) targets: usize,
    /// Delays are `shortest .. shortest + delays`.
    pub(super) shortest: usize,
    pub(super) delays: usize,
    /// How many delays a group has.
    pub(super) width: usize,
}

impl Groups {
    /// How many places a [`Places::Narrow`] can tell apart.
    const NARROW: usize = 1 << 16;

    pub(super) fn new(targets: usize, shortest: usize, longest: usize) -> Groups {
        let delays = longest - shortest + 1;
        Groups {
            targets,
            shortest,
            delays,
            width: (Groups::NARROW / targets).clamp(1, delays),
        }
    }

    pub(super) fn is_narrow(self) -> bool {
        self.width * self.targets <= Groups::NARROW
    }

    /// How many groups a source has.
    #[inline]
    pub(super) fn each(self) -> usize {
        self.delays.div_ceil(self.width)
    }

    /// The shortest delay of each group of a source.
    pub(super) fn shortest(self) -> impl Iterator<Item = usize> {
        (self.shortest..self.shortest + self.delays).step_by(self.width)
    }

    /// The group of a source's synapses with a delay.
    #[inline]
    pub(super) fn of(self, source: usize, delay: usize) -> usize {
        source * self.each() + (delay - self.shortest) / self.width
    }

    /// The place of a synapse in its group.
    #[inline]
    pub(super) fn place(self, delay: usize, target: usize) -> usize {
        (delay - self.shortest) % self.width * self.targets + target
    }

    /// Steps beyond the shortest delay of the group, and target, of a synapse at a place.
    #[inline(always)]
    pub(super) fn split(self, place: usize) -> (usize, usize) {
        match self.width {
            1 => (0, place),
            // Both fit: a place of a group with several delays is below 2¹⁶.
            _ => {
                let (place, targets) = (place as u32, self.targets as u32);
                ((place / targets) as usize, (place % targets) as usize)
            }
        }
    }
}

impl<T: Weight> Synapses<T> {
    pub(super) fn new(
        sources: usize,
        groups: Groups,
        starts: Vec<u32>,
        places: Places,
        weights: Vec<T>,
    ) -> Result<Synapses<T>, SynapseError> {
        if weights.is_empty() {
            return Err(SynapseError::Empty);
        }
        Ok(Synapses {
            sources,
            groups,
            starts,
            places,
            weights: Array1::from(weights).into_dyn().into_shared(),
        })
    }

    /// The synapses of a list, in any order; several between two neurons are kept apart.
    ///
    /// ```
    /// use lava::proc::synapse::{Synapse, Synapses};
    ///
    /// let synapses = Synapses::<f32>::from_list(2, 3, &[
    ///     Synapse { source: 1, target: 2, weight: 0.5, delay: 3 },
    ///     Synapse { source: 0, target: 0, weight: -1.0, delay: 1 },
    /// ])?;
    /// assert_eq!(synapses.len(), 2);
    /// assert_eq!(synapses.iter().next().map(|synapse| synapse.target), Some(0));
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// # Errors
    /// [`SynapseError`] where a neuron does not exist, a delay is out of range, or a weight cannot
    /// be held by `T`.
    pub fn from_list(
        sources: usize,
        targets: usize,
        list: &[Synapse],
    ) -> Result<Synapses<T>, SynapseError> {
        let mut list = list.to_vec();
        for synapse in &list {
            if synapse.source >= sources || synapse.target >= targets {
                return Err(SynapseError::Neuron {
                    source_neuron: synapse.source,
                    target: synapse.target,
                    sources,
                    targets,
                });
            }
            delay(synapse.delay as f64)?;
        }
        let delays = || list.iter().map(|synapse| synapse.delay);
        let (Some(shortest), Some(longest)) = (delays().min(), delays().max()) else {
            return Err(SynapseError::Empty);
        };
        let groups = Groups::new(targets, shortest, longest);
        let group = |synapse: &Synapse| groups.of(synapse.source, synapse.delay);
        list.sort_by_key(|synapse| (group(synapse), synapse.target));
        let mut starts = vec![0; sources * groups.each() + 1];
        for synapse in &list {
            starts[group(synapse) + 1] += 1;
        }
        for group in 1..starts.len() {
            starts[group] += starts[group - 1];
        }
        let places = list
            .iter()
            .map(|synapse| groups.place(synapse.delay, synapse.target));
        let weights = list
            .iter()
            .map(|synapse| weight(synapse.weight))
            .collect::<Result<_, _>>()?;
        let places = match groups.is_narrow() {
            true => Places::Narrow(places.map(u16::of).collect()),
            false => Places::Wide(places.map(u32::of).collect()),
        };
        Synapses::new(sources, groups, starts, places, weights)
    }

    /// How many synapses there are.
    #[allow(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// How many neurons send.
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// How many neurons receive.
    pub fn targets(&self) -> usize {
        self.groups.targets
    }

    /// The delays that can occur, in steps.
    pub fn delays(&self) -> std::ops::RangeInclusive<usize> {
        self.groups.shortest..=self.groups.shortest + self.groups.delays - 1
    }

    /// How many neighbouring delays the synapses of a source are grouped by.
    pub fn group_width(&self) -> usize {
        self.groups.width
    }

    /// The weights, in the order of the synapses.
    pub fn weights(&self) -> &ArcArray<T, IxDyn> {
        &self.weights
    }

    /// The memory that the synapses take, in bytes.
    pub fn bytes(&self) -> usize {
        let places = match &self.places {
            Places::Narrow(places) => size_of_val(places.as_slice()),
            Places::Wide(places) => size_of_val(places.as_slice()),
        };
        size_of_val(self.starts.as_slice()) + places + self.len() * size_of::<T>()
    }

    /// All synapses in the order in which they are kept: by source, group of delays and target.
    pub fn iter(&self) -> impl Iterator<Item = Synapse> + '_ {
        let shortest: Vec<usize> = self.groups.shortest().collect();
        let groups = self.starts.windows(2).enumerate();
        groups.flat_map(move |(group, range)| {
            let (source, group) = (group / shortest.len(), group % shortest.len());
            let shortest = shortest[group];
            (range[0] as usize..range[1] as usize).map(move |synapse| {
                let (later, target) = self.groups.split(self.places.get(synapse));
                Synapse {
                    source,
                    target,
                    weight: self.weights[[synapse]].to_f64(),
                    delay: shortest + later,
                }
            })
        })
    }

    /// A source's groups of synapses, by ascending delay.
    #[inline(always)]
    pub(super) fn row(&self, source: u32) -> impl Iterator<Item = Group> {
        let each = self.groups.each();
        let first = source as usize * each;
        let starts = &self.starts[first..=first + each];
        starts.windows(2).map(|range| Group(range[0], range[1]))
    }
}

/// Synapses that share a source and have about the same delay: they are kept, and delivered,
/// together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group(u32, u32);

impl Group {
    #[inline(always)]
    pub(super) fn is_empty(self) -> bool {
        self.0 == self.1
    }

    #[inline(always)]
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.0 as usize..self.1 as usize
    }
}

impl Places {
    fn get(&self, synapse: usize) -> usize {
        match self {
            Places::Narrow(places) => places[synapse].get(),
            Places::Wide(places) => places[synapse].get(),
        }
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

/// A drawn weight in its type.
pub(super) fn weight<T: Weight>(drawn: f64) -> Result<T, SynapseError> {
    T::from_f64(drawn).ok_or(SynapseError::Weight(drawn))
}
