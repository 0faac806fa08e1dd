//! Spikes on their way in snapshots, whatever the lists of their synapses are.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::super::adjacency::Adjacency;
use super::super::explicit::adjacency_of;
use super::super::storage::WeightStorage;
use super::super::weights::{Factor, Weight};
use super::{EventDelivery, PendingSpikes, Replaced, ShardSynapses};
use crate::model::{Persist, PersistError};

/// A spike on its way.
#[derive(Clone, Copy, Debug)]
pub(in crate::proc::synapse) struct SentSpike<F> {
    /// The steps since it was sent.
    pub(in crate::proc::synapse) age: u32,
    pub(in crate::proc::synapse) source: u32,
    /// The factor of the weights.
    pub(super) factor: F,
}

/// The steps since weights were replaced, and the number that the weights before are multiples of; and a
/// spike that goes through these.
pub(in crate::proc::synapse) type SavedSpike<T, F> = ((u32, T), SentSpike<F>);

/// The steps since weights were replaced, and a source; the delay, the target, and the number of a synapse
/// among those that have both; and its weight before, as it is stored.
pub(in crate::proc::synapse) type SavedSynapse = ((u32, u32), (u16, u32, u32), Vec<u16>);

impl<F: Persist> Persist for SentSpike<F> {
    fn layout() -> String {
        <(u32, u32, F)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.age.save(bytes);
        self.source.save(bytes);
        self.factor.save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let (age, source, factor) = Persist::load(bytes)?;
        Ok(SentSpike {
            age,
            source,
            factor,
        })
    }
}

impl<F: Copy> PendingSpikes<F> {
    pub(super) fn spikes(&self) -> impl Iterator<Item = SentSpike<F>> {
        let spikes = self.going_on.iter().chain(self.due.iter().flatten());
        spikes.map(|spike| SentSpike {
            age: u32::from((self.step as u16).wrapping_sub(spike.sent)),
            source: spike.source,
            factor: spike.factor,
        })
    }

    /// Puts spikes on their way that are not yet, as far as their synapses have not been passed.
    fn put<T: Weight, W: WeightStorage<T>>(
        &mut self,
        adjacency: &Adjacency<T, W>,
        spikes: impl IntoIterator<Item = SentSpike<F>>,
    ) -> Result<(), PersistError> {
        let known = self.spikes().map(|spike| (spike.age, spike.source));
        let mut known: HashSet<(u32, u32)> = known.collect();
        for SentSpike {
            age,
            source,
            factor,
        } in spikes
        {
            if age == 0 || source as usize >= adjacency.sources() {
                let text = format!("a spike of source {source} is on its way for {age} steps");
                return Err(PersistError::Unfit(text));
            }
            if known.insert((age, source)) {
                self.take(adjacency, (source as usize, factor), age as usize);
            }
        }
        Ok(())
    }
}

impl<T: Weight, W: WeightStorage<T>, F: Factor<T>> EventDelivery<T, W, F> {
    /// The spikes on their way through the present synapses.
    pub(in crate::proc::synapse) fn spikes(&self) -> impl Iterator<Item = SentSpike<F>> {
        self.pending.spikes()
    }

    /// The spikes on their way through synapses whose weights have been replaced, and these synapses, as far
    /// as they have not been passed. `of_source` calls its last argument with the delay, the target and the
    /// stored weight of each synapse of a source.
    pub(in crate::proc::synapse) fn replaced(
        &self,
        of_source: impl Fn(&Arc<Adjacency<T, W>>, usize, &mut dyn FnMut(usize, usize, &[u16])),
    ) -> (Vec<SavedSpike<T, F>>, Vec<SavedSynapse>) {
        let (mut spikes, mut synapses) = (Vec::new(), Vec::new());
        for Replaced {
            synapses: before,
            pending,
            step,
        } in &self.earlier
        {
            let set = pending.step.wrapping_sub(*step);
            let mut youngest: BTreeMap<u32, u32> = BTreeMap::new();
            for spike in pending.spikes() {
                let mut longest = 0;
                of_source(
                    &before.adjacency,
                    spike.source as usize,
                    &mut |delay, _, _| {
                        longest = delay.max(longest);
                    },
                );
                if longest > spike.age as usize {
                    spikes.push(((set, before.scale), spike));
                    let age = youngest.entry(spike.source).or_insert(spike.age);
                    *age = spike.age.min(*age);
                }
            }
            for (source, age) in youngest {
                let mut last = (0, u32::MAX, 0);
                of_source(
                    &before.adjacency,
                    source as usize,
                    &mut |delay, target, weight| {
                        let (delay, target) = (delay as u16, target as u32);
                        let is_next = (last.0, last.1) == (delay, target);
                        last = (delay, target, if is_next { last.2 + 1 } else { 0 });
                        if u32::from(delay) > age {
                            synapses.push(((set, source), last, weight.to_vec()));
                        }
                    },
                );
            }
        }
        (spikes, synapses)
    }

    /// Puts spikes on their way through the present synapses.
    pub(in crate::proc::synapse) fn restore(
        &mut self,
        spikes: impl IntoIterator<Item = SentSpike<F>>,
    ) -> Result<(), PersistError> {
        match &self.synapses {
            Some(synapses) => self.pending.put(&synapses.adjacency, spikes),
            None => Ok(()),
        }
    }

    /// Puts spikes on their way through synapses whose weights have been replaced, instead of all that are.
    /// Targets are those of the delivery's lists.
    pub(in crate::proc::synapse) fn restore_replaced(
        &mut self,
        spikes: &[SavedSpike<T, F>],
        synapses: &[SavedSynapse],
    ) -> Result<(), PersistError> {
        self.earlier.clear();
        let Some(present) = &self.synapses else {
            return Ok(());
        };
        let (sources, targets) = (present.adjacency.sources(), present.adjacency.targets);
        // The earliest first.
        let mut sets: BTreeMap<Reverse<u32>, (T, Vec<SentSpike<F>>)> = BTreeMap::new();
        for ((set, scale), spike) in spikes {
            let entry = sets.entry(Reverse(*set));
            entry.or_insert((*scale, Vec::new())).1.push(*spike);
        }
        for (Reverse(set), (scale, spikes)) in sets {
            let own = synapses.iter().filter(|synapse| synapse.0.0 == set);
            let own = own.map(|((_, source), (delay, target, number), weight)| {
                ((*source, *target, *delay, *number), weight.as_slice())
            });
            let own: BTreeMap<_, &[u16]> = own.collect();
            let list = own.iter().map(|((source, target, delay, _), weight)| {
                (*source as usize, *target as usize, *delay, *weight)
            });
            let adjacency = adjacency_of(sources, targets, list);
            let adjacency = adjacency.map_err(|error| PersistError::Unfit(error.to_string()))?;
            let mut pending = PendingSpikes::new(adjacency.longest, sources);
            pending.step = self.pending.step;
            pending.put(&adjacency, spikes)?;
            self.earlier.push_back(Replaced {
                synapses: ShardSynapses {
                    adjacency: Arc::new(adjacency),
                    scale,
                },
                step: pending.step.wrapping_sub(set),
                pending,
            });
        }
        Ok(())
    }
}
