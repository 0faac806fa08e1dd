//! Delivery for several projections of one source population at once.
//!
//! Their synapses are merged: a spike finds what it leads to on one worker in one place, whatever the
//! number of populations there. The first of the models delivers for all. Each target gets the
//! contributions that it would get from each model alone, in the same order.

use std::ops::Range;
use std::sync::Arc;

use super::adjacency::Adjacency;
use super::connectivity::Connectivity;
use super::delivery::{EventDelivery, SavedSpike, SavedSynapse, SentSpike, ShardSynapses};
use super::error::SynapseError;
use super::merge::{Part, merged, selected};
use super::storage::WeightStorage;
use super::synapses::Synapses;
use super::weights::{Factor, Weight};
use crate::model::{JointWriter, PersistError, Place};

/// The state that models which deliver together share.
pub(super) struct JointDelivery<T: Weight, W, F> {
    /// The synapses of each model, once it has started.
    parts: Vec<Option<Part<T, W>>>,
    /// The connectivity whose synapses these are, if the model has the weights that it began with.
    origins: Vec<Option<Connectivity<T, W>>>,
    /// The models that have started since the synapses were merged.
    has_started: Vec<bool>,
    pub(super) delivery: EventDelivery<T, W, F>,
    /// The writing end of all out-ports.
    pub(super) writer: Option<JointWriter<T>>,
    /// Of the models that have been restored since the start: spikes on their way through synapses whose
    /// weights have been replaced, and these.
    restored: (Vec<SavedSpike<T, F>>, Vec<SavedSynapse>),
}

impl<T: Weight, W, F> Default for JointDelivery<T, W, F> {
    fn default() -> Self {
        JointDelivery {
            parts: Vec::new(),
            origins: Vec::new(),
            has_started: Vec::new(),
            delivery: EventDelivery::default(),
            writer: None,
            restored: (Vec::new(), Vec::new()),
        }
    }
}

impl<T: Weight, W: WeightStorage<T>, F: Factor<T>> JointDelivery<T, W, F> {
    /// Starts a model: with the last one, the synapses of all are merged.
    pub(super) fn start(
        &mut self,
        place: &Place,
        synapses: Synapses<T, W>,
        targets: Range<usize>,
        origin: Option<Connectivity<T, W>>,
    ) -> Result<(), SynapseError> {
        if self.parts.is_empty() {
            self.parts.resize_with(place.models(), || None);
            self.origins.resize_with(place.models(), || None);
            self.has_started.resize(place.models(), false);
            self.writer = place.writer();
        }
        self.restored = (Vec::new(), Vec::new());
        let (number, writer) = (place.number(), self.writer.as_ref());
        self.parts[number] = Some(Part {
            synapses,
            targets,
            first: writer.map_or(0, |writer| writer.first(number)),
        });
        self.origins[number] = origin;
        self.has_started[number] = true;
        if self.has_started.iter().all(|has_started| *has_started) {
            self.delivery = EventDelivery::new(self.merge()?);
            self.has_started.fill(false);
        }
        Ok(())
    }

    /// Lets spikes on their way through synapses of models that have started again be forgotten, if
    /// others have not.
    #[inline(always)]
    pub(super) fn settle(&mut self) -> Result<(), SynapseError> {
        if self.has_started.contains(&true) {
            self.forget()?;
        }
        Ok(())
    }

    #[cold]
    fn forget(&mut self) -> Result<(), SynapseError> {
        let numbered = self.parts.iter().zip(&self.has_started);
        let going_on = numbered.filter(|(_, has_started)| !**has_started);
        let going_on: Vec<&Part<T, W>> = going_on.flat_map(|(part, _)| part).collect();
        let kept = |adjacency: &Arc<Adjacency<T, W>>| {
            let parts = going_on.iter().map(|part| part.held_in(adjacency));
            selected(&parts.collect::<Vec<_>>(), adjacency.targets)
        };
        self.delivery.restrict(kept)?;
        let synapses = self.merge()?;
        self.delivery.replace(synapses);
        self.has_started.fill(false);
        Ok(())
    }

    /// The spikes on their way to the targets of a model.
    pub(super) fn spikes(&self, place: &Place) -> Vec<SentSpike<F>> {
        let part = self.parts.get(place.number()).and_then(Option::as_ref);
        let leads_on = |spike: &SentSpike<F>| {
            part.is_some_and(|part| part.longest_delay(spike.source as usize) > spike.age as usize)
        };
        self.delivery.spikes().filter(leads_on).collect()
    }

    /// The spikes on their way to the targets of a model through synapses whose weights have been replaced,
    /// and these.
    pub(super) fn replaced(&self, place: &Place) -> (Vec<SavedSpike<T, F>>, Vec<SavedSynapse>) {
        let Some(Some(part)) = self.parts.get(place.number()) else {
            return Default::default();
        };
        self.delivery.replaced(|adjacency, source, each| {
            for group in part.held_in(adjacency).synapses.groups(source) {
                for (target, weight) in group.synapses::<T, W>() {
                    each(group.delay, target, weight);
                }
            }
        })
    }

    /// Adds spikes on their way to the targets of a model, through the present synapses and through those
    /// whose weights have been replaced.
    pub(super) fn restore(
        &mut self,
        place: &Place,
        spikes: Vec<SentSpike<F>>,
        replaced: (Vec<SavedSpike<T, F>>, Vec<SavedSynapse>),
    ) -> Result<(), PersistError> {
        self.delivery.restore(spikes)?;
        let Some(Some(part)) = self.parts.get(place.number()) else {
            return Ok(());
        };
        let (spikes, synapses) = &mut self.restored;
        spikes.extend(replaced.0);
        for (key, (delay, target, number), weight) in replaced.1 {
            if part.targets.contains(&(target as usize)) {
                let target = part.first + target as usize - part.targets.start;
                synapses.push((key, (delay, target as u32, number), weight));
            }
        }
        self.delivery.restore_replaced(spikes, synapses)
    }

    /// Replaces the synapses of a model by the same with other weights.
    pub(super) fn replace(
        &mut self,
        place: &Place,
        synapses: Synapses<T, W>,
    ) -> Result<(), SynapseError> {
        self.settle()?;
        let number = place.number();
        let Some(part) = &mut self.parts[number] else {
            return Ok(());
        };
        let before = std::mem::replace(&mut part.synapses, synapses);
        self.origins[number] = None;
        let merged = self.merge();
        if merged.is_err()
            && let Some(part) = &mut self.parts[number]
        {
            part.synapses = before;
        }
        self.delivery.replace(merged?);
        Ok(())
    }

    /// Merges the synapses of all models, which hold them no longer apart.
    fn merge(&mut self) -> Result<ShardSynapses<T, W>, SynapseError> {
        let mut parts: Vec<Part<T, W>> = self.parts.iter().flatten().cloned().collect();
        let targets = self.writer.as_ref().map_or(0, JointWriter::width);
        let adjacency = merged(&parts, targets)?;
        for (part, origin) in parts.iter_mut().zip(&self.origins) {
            *part = part.held_in(&adjacency);
            if let Some(origin) = origin {
                origin.hold_in(part.piece(&adjacency));
            }
        }
        self.parts = parts.into_iter().map(Some).collect();
        Ok(ShardSynapses {
            adjacency,
            scale: T::ONE,
        })
    }
}
