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
/// then delay, then target.
///
/// A synapse takes the bytes of its weight and 2 for its target, 4 where there are more than
/// 65,536 targets; a source takes 4 for every delay that occurs in the projection.
#[derive(Clone, Debug)]
pub struct Synapses<T> {
    sources: usize,
    targets: usize,
    /// Delays are `shortest .. shortest + delays`.
    shortest: usize,
    delays: usize,
    /// Where the group of a source and delay begins; one more at the end.
    pub(super) starts: Vec<u32>,
    pub(super) ends: Targets,
    weights: ArcArray<T, IxDyn>,
}

/// The target of every synapse.
#[derive(Clone, Debug)]
pub(super) enum Targets {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// A type that targets can be kept in.
pub(super) trait Index: Copy + Default + Send + Sync + 'static {
    fn of(target: u32) -> Self;
    fn get(self) -> usize;
}

impl Index for u16 {
    fn of(target: u32) -> u16 {
        target as u16
    }
    #[inline(always)]
    fn get(self) -> usize {
        usize::from(self)
    }
}

impl Index for u32 {
    fn of(target: u32) -> u32 {
        target
    }
    #[inline(always)]
    fn get(self) -> usize {
        self as usize
    }
}

/// Which delays a projection has, and so how its groups are numbered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Groups {
    pub(super) shortest: usize,
    pub(super) delays: usize,
}

impl Groups {
    #[inline]
    pub(super) fn of(self, source: usize, delay: usize) -> usize {
        source * self.delays + delay - self.shortest
    }
}

impl<T: Weight> Synapses<T> {
    pub(super) fn new(
        (sources, targets): (usize, usize),
        groups: Groups,
        starts: Vec<u32>,
        ends: Targets,
        weights: Vec<T>,
    ) -> Result<Synapses<T>, SynapseError> {
        if weights.is_empty() {
            return Err(SynapseError::Empty);
        }
        Ok(Synapses {
            sources,
            targets,
            shortest: groups.shortest,
            delays: groups.delays,
            starts,
            ends,
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
        list.sort_by_key(|synapse| (synapse.source, synapse.delay, synapse.target));
        let (Some(shortest), Some(longest)) = (
            list.iter().map(|synapse| synapse.delay).min(),
            list.iter().map(|synapse| synapse.delay).max(),
        ) else {
            return Err(SynapseError::Empty);
        };
        let groups = Groups {
            shortest,
            delays: longest - shortest + 1,
        };
        let mut starts = vec![0; sources * groups.delays + 1];
        for synapse in &list {
            starts[groups.of(synapse.source, synapse.delay) + 1] += 1;
        }
        for group in 1..starts.len() {
            starts[group] += starts[group - 1];
        }
        let ends = list.iter().map(|synapse| synapse.target as u32);
        let weights = list
            .iter()
            .map(|synapse| weight(synapse.weight))
            .collect::<Result<_, _>>()?;
        let ends = Targets::collect(targets, ends);
        Synapses::new((sources, targets), groups, starts, ends, weights)
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
        self.targets
    }

    /// The delays that can occur, in steps.
    pub fn delays(&self) -> std::ops::RangeInclusive<usize> {
        self.shortest..=self.shortest + self.delays - 1
    }

    /// The weights, in the order of the synapses.
    pub fn weights(&self) -> &ArcArray<T, IxDyn> {
        &self.weights
    }

    /// The memory that the synapses take, in bytes.
    pub fn bytes(&self) -> usize {
        let ends = match &self.ends {
            Targets::Narrow(ends) => size_of_val(ends.as_slice()),
            Targets::Wide(ends) => size_of_val(ends.as_slice()),
        };
        size_of_val(self.starts.as_slice()) + ends + self.len() * size_of::<T>()
    }

    /// All synapses in the order in which they are kept: by source, delay and target.
    pub fn iter(&self) -> impl Iterator<Item = Synapse> + '_ {
        let groups = self.starts.windows(2).enumerate();
        groups.flat_map(move |(group, range)| {
            (range[0] as usize..range[1] as usize).map(move |synapse| Synapse {
                source: group / self.delays,
                target: self.ends.get(synapse),
                weight: self.weights[[synapse]].to_f64(),
                delay: self.shortest + group % self.delays,
            })
        })
    }

    /// The synapses of a source with a delay.
    #[inline(always)]
    pub(super) fn group(&self, source: u32, delay: usize) -> Group {
        let group = source as usize * self.delays + delay - self.shortest;
        Group(self.starts[group], self.starts[group + 1])
    }
}

/// Synapses that share a source and a delay: they are kept, and delivered, together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group(u32, u32);

impl Group {
    #[inline(always)]
    pub(super) fn is_empty(self) -> bool {
        self.0 == self.1
    }

    #[inline(always)]
    pub(super) fn start(self) -> usize {
        self.0 as usize
    }

    #[inline(always)]
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.0 as usize..self.1 as usize
    }
}

impl Targets {
    fn collect(population: usize, targets: impl Iterator<Item = u32>) -> Targets {
        if population <= 1 << 16 {
            Targets::Narrow(targets.map(u16::of).collect())
        } else {
            Targets::Wide(targets.collect())
        }
    }

    fn get(&self, synapse: usize) -> usize {
        match self {
            Targets::Narrow(ends) => ends[synapse].get(),
            Targets::Wide(ends) => ends[synapse].get(),
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
