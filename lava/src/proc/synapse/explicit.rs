//! Synapses from lists and matrices.

use std::ops::Range;
use std::sync::Arc;

use ndarray::ArrayView2;

use super::adjacency::Adjacency;
use super::error::SynapseError;
use super::grouping::{Entries, EntryBounds, EntryLists, Grouped};
use super::lists::{self, PARTS_PER_THREAD};
use super::memory;
use super::parallel::chunks;
use super::projection::DelayBounds;
use super::storage::WeightStorage;
use super::synapses::{Synapse, Synapses, check_count, check_populations, delay_steps};
use super::weights::Weight;

impl<T: Weight, W: WeightStorage<T>> Synapses<T, W> {
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
    /// [`SynapseError`] if a neuron does not exist, a delay is out of range, or a weight cannot be held
    /// by `T` and `W`.
    pub fn from_list(
        sources: usize,
        targets: usize,
        list: &[Synapse],
    ) -> Result<Synapses<T, W>, SynapseError> {
        let neurons = |synapse: &Synapse| (synapse.source, synapse.target);
        if list.is_sorted_by_key(neurons) {
            return Synapses::from_sorted(sources, targets, list.iter().copied());
        }
        let mut order: Vec<&Synapse> = list.iter().collect();
        order.sort_by_key(|synapse| neurons(synapse));
        Synapses::from_sorted(sources, targets, order.iter().copied().copied())
    }

    /// The synapses of a matrix of weights, `[targets, sources]` as [`Dense`](super::Dense) has
    /// them, with a delay of 1. Zeros are left out.
    ///
    /// ```
    /// use lava::proc::synapse::Synapses;
    ///
    /// let synapses = Synapses::<f32>::from_matrix(&[[0.5, 0.0, 2.0], [0.0, 0.0, -1.0]])?;
    /// assert_eq!((synapses.sources(), synapses.targets(), synapses.len()), (3, 2, 3));
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// # Errors
    /// [`SynapseError`] if a weight cannot be held by `T` and `W`.
    pub fn from_matrix<'a>(
        weights: impl Into<ArrayView2<'a, T>>,
    ) -> Result<Synapses<T, W>, SynapseError> {
        from_matrix(weights.into(), |_, _| 1)
    }

    /// The synapses of a matrix of weights and one of delays, `[targets, sources]`. Delays are in
    /// steps from sending to arrival, so at least 1: Lava's `DelaySparse` counts one less. Weights
    /// of 0 are left out.
    ///
    /// ```
    /// use lava::proc::synapse::Synapses;
    ///
    /// let synapses = Synapses::<f32>::from_matrices(&[[0.5, 0.0], [0.0, -1.0]], &[[3, 1], [1, 2]])?;
    /// assert_eq!((synapses.len(), synapses.delays()), (2, 2..=3));
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// # Errors
    /// [`SynapseError`] if the shapes differ, a delay is out of range, or a weight cannot be held by
    /// `T` and `W`.
    pub fn from_matrices<'a>(
        weights: impl Into<ArrayView2<'a, T>>,
        delays: impl Into<ArrayView2<'a, usize>>,
    ) -> Result<Synapses<T, W>, SynapseError> {
        let (weights, delays) = (weights.into(), delays.into());
        if weights.dim() != delays.dim() {
            return Err(SynapseError::Matrices {
                weights: weights.dim().into(),
                delays: delays.dim().into(),
            });
        }
        from_matrix(weights, |target, source| delays[[target, source]])
    }

    /// The synapses of a list in which each source's targets ascend, source by source. The list is
    /// read several times.
    pub(super) fn from_sorted(
        sources: usize,
        targets: usize,
        list: impl Iterator<Item = Synapse> + Clone,
    ) -> Result<Synapses<T, W>, SynapseError> {
        check_populations(sources, targets)?;
        let (mut shortest, mut longest) = (usize::MAX, 0);
        let (mut largest, mut total) = (0.0_f64, 0);
        for synapse in list.clone() {
            if synapse.source >= sources || synapse.target >= targets {
                return Err(SynapseError::Neuron {
                    source_neuron: synapse.source,
                    target: synapse.target,
                    sources,
                    targets,
                });
            }
            delay_steps(synapse.delay as f64)?;
            shortest = synapse.delay.min(shortest);
            longest = synapse.delay.max(longest);
            largest = synapse.weight.abs().max(largest);
            total += 1;
        }
        check_count(total)?;
        if total == 0 {
            (shortest, longest) = (1, 1);
        }
        let scale = W::scale(largest);
        let mut listed = Listed {
            bounds: EntryBounds {
                targets,
                delays: DelayBounds { shortest, longest },
                words_per_weight: W::WORDS,
            },
            starts: vec![0; sources + 1],
            targets: memory::zeros(Some(total))?,
            delays: memory::zeros(Some(total))?,
            weights: memory::zeros(total.checked_mul(W::WORDS))?,
        };
        for (number, synapse) in list.enumerate() {
            listed.starts[synapse.source + 1] = number + 1;
            listed.targets[number] = synapse.target as u32;
            listed.delays[number] = synapse.delay as u16;
            let stored = &mut listed.weights[number * W::WORDS..][..W::WORDS];
            match T::from_f64(synapse.weight) {
                Some(kept) if W::encode(kept, scale, stored) => {}
                _ => return Err(SynapseError::Weight(synapse.weight)),
            }
        }
        for source in 0..sources {
            listed.starts[source + 1] = listed.starts[source + 1].max(listed.starts[source]);
        }
        Ok(Synapses::new(Arc::new(listed.lists()?), scale))
    }
}

/// The lists of synapses that are ordered by source and target: source, target, delay, and the weight as it
/// is stored.
pub(super) fn adjacency_of<'a, T: Weight, W: WeightStorage<T>>(
    sources: usize,
    targets: usize,
    list: impl Iterator<Item = (usize, usize, u16, &'a [u16])>,
) -> Result<Adjacency<T, W>, SynapseError> {
    let mut listed = Listed {
        bounds: EntryBounds {
            targets,
            delays: DelayBounds {
                shortest: usize::from(u16::MAX),
                longest: 1,
            },
            words_per_weight: W::WORDS,
        },
        starts: vec![0; sources + 1],
        targets: Vec::new(),
        delays: Vec::new(),
        weights: Vec::new(),
    };
    for (source, target, delay, weight) in list {
        if source >= sources || target >= targets || delay == 0 || weight.len() != W::WORDS {
            return Err(SynapseError::Neuron {
                source_neuron: source,
                target,
                sources,
                targets,
            });
        }
        let delays = &mut listed.bounds.delays;
        delays.shortest = delays.shortest.min(usize::from(delay));
        delays.longest = delays.longest.max(usize::from(delay));
        listed.targets.push(target as u32);
        listed.delays.push(delay);
        listed.weights.extend_from_slice(weight);
        listed.starts[source + 1] = listed.targets.len();
    }
    let delays = &mut listed.bounds.delays;
    delays.shortest = delays.shortest.min(delays.longest);
    for source in 0..sources {
        listed.starts[source + 1] = listed.starts[source + 1].max(listed.starts[source]);
    }
    listed.lists()
}

/// Listed synapses, source by source.
struct Listed {
    bounds: EntryBounds,
    /// The first synapse of each source; one more at the end.
    starts: Vec<usize>,
    targets: Vec<u32>,
    delays: Vec<u16>,
    /// The weights as they are stored.
    weights: Vec<u16>,
}

impl Listed {
    fn lists<T: Weight, W: WeightStorage<T>>(&self) -> Result<Adjacency<T, W>, SynapseError> {
        let parts = chunks(0..self.starts.len() - 1, PARTS_PER_THREAD).into_iter();
        let parts = parts.map(|sources| {
            Grouped(ListedSources {
                listed: self,
                sources,
            })
        });
        lists::write(self.bounds.targets, 1, parts.collect())
    }
}

/// Some of the sources.
struct ListedSources<'a> {
    listed: &'a Listed,
    sources: Range<usize>,
}

impl EntryLists for ListedSources<'_> {
    fn bounds(&self) -> EntryBounds {
        self.listed.bounds
    }

    fn sources(&self) -> Range<usize> {
        self.sources.clone()
    }

    fn entries(&self, source: usize, entries: &mut Entries) -> Result<(), SynapseError> {
        let Listed { starts, bounds, .. } = self.listed;
        let words = bounds.words_per_weight;
        for synapse in starts[source]..starts[source + 1] {
            let weight = &self.listed.weights[synapse * words..(synapse + 1) * words];
            let (target, delay) = (self.listed.targets[synapse], self.listed.delays[synapse]);
            entries.push(target, delay, weight);
        }
        Ok(())
    }
}

/// The synapses of a matrix; `delay` takes target and source.
fn from_matrix<T: Weight, W: WeightStorage<T>>(
    weights: ArrayView2<'_, T>,
    delay: impl Fn(usize, usize) -> usize + Copy,
) -> Result<Synapses<T, W>, SynapseError> {
    let (targets, sources) = weights.dim();
    let list = (0..sources).flat_map(|source| {
        let column = weights.column(source).into_iter().enumerate();
        let synapses = column.filter(|(_, weight)| **weight != T::ZERO);
        synapses.map(move |(target, weight)| Synapse {
            source,
            target,
            weight: weight.to_f64(),
            delay: delay(target, source),
        })
    });
    Synapses::from_sorted(sources, targets, list)
}
