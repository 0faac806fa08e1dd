//! Changes of the synapses of a shard that no spike causes.

use std::ops::Range;

use super::lists::{GroupOrder, NEVER, NewSynapse, PlasticLists};
use super::rule::{Plasticity, SynapseState};
use super::shard::PlasticShard;
use super::split::DelaySplit;
use super::update::{Growth, PeriodicUpdate, SynapticUpdate};
use crate::proc::synapse::random::Random;

/// The changes of a shard.
#[derive(Default)]
pub(super) struct ShardUpdates {
    pub(super) periodic: Vec<PeriodicUpdate>,
    pub(super) growth: Option<(Growth, DelaySplit)>,
    /// The first target of the shard.
    pub(super) first: usize,
}

/// A synapse in the order of lists: its arrival, its group there, the target in its segment, and its number.
pub(super) type PlacedSynapse = (usize, GroupOrder, u16, u32);

impl<P: Plasticity> PlasticShard<P> {
    /// Makes the updates of the present step.
    #[cold]
    pub(super) fn update_periodically(&mut self) {
        for number in 0..self.updates.periodic.len() {
            let PeriodicUpdate { update, steps } = self.updates.periodic[number];
            if (self.now as u64).is_multiple_of(steps) {
                self.update(update);
            }
        }
    }

    /// Lets what has arrived change the synapses, and makes an update that concerns each target on its own.
    pub(super) fn update(&mut self, update: SynapticUpdate) {
        self.settle_all();
        match update {
            SynapticUpdate::Rescale(factor) => self.rescale(factor as f32),
            SynapticUpdate::NormalizeIncoming(sum) => self.normalize_incoming(sum),
            SynapticUpdate::Prune(least) => self.lists.prune(least),
            SynapticUpdate::Grow => self.grow(),
            SynapticUpdate::MoveDelays(longest) => self.move_delays(longest),
            SynapticUpdate::NormalizeOutgoing(_) => {}
        }
    }

    fn rescale(&mut self, factor: f32) {
        for weight in &mut self.lists.weights {
            *weight *= factor;
        }
    }

    fn normalize_incoming(&mut self, total: f64) {
        let mut factors = vec![0.0_f64; self.targets];
        self.lists.for_each(|_, target, weight| {
            factors[target] += f64::from(weight.abs());
        });
        for factor in &mut factors {
            *factor = if *factor > 0.0 { total / *factor } else { 1.0 };
        }
        self.lists.for_each(|_, target, weight| {
            *weight = (f64::from(*weight) * factors[target]) as f32;
        });
    }

    /// Adds synapses to targets that have lost some. They have seen all that has arrived.
    fn grow(&mut self) {
        let Some((growth, split)) = self.updates.growth else {
            return;
        };
        let mut removed = std::mem::take(&mut self.lists.removed);
        removed.sort_unstable();
        let mut sources = self.sources_of(removed.iter().map(|(target, _)| *target));
        let (mut grown, mut left) = (Vec::new(), Vec::new());
        let all = self.lists.sources();
        let mut lists = sources.iter_mut().peekable();
        let mut random = None;
        for (target, number) in removed {
            while lists.next_if(|(other, _)| *other < target).is_some() {
                random = None;
            }
            let Some((_, taken)) = lists.peek_mut() else {
                break;
            };
            let target_of_all = self.updates.first + target as usize;
            if random.is_none() && !growth.autapses {
                insert(taken, target_of_all as u32);
            }
            let free = all.saturating_sub(taken.len()) as u32;
            if free == 0 {
                left.push((target, number));
                continue;
            }
            let stream = (self.now as u64) << 32 ^ target_of_all as u64;
            let random = random.get_or_insert_with(|| Random::new(growth.seed, stream));
            let source = missing(taken, random.below(free));
            insert(taken, source);
            grown.push(NewSynapse {
                source,
                target,
                number,
            });
        }
        self.lists.removed = left;
        self.lists
            .insert(grown, split.of(growth.delay), growth.weight as f32);
    }

    /// The sources of the synapses to some targets, which ascend, both ascending.
    fn sources_of(&self, targets: impl Iterator<Item = u32>) -> Vec<(u32, Vec<u32>)> {
        let mut sources: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut numbers = vec![u32::MAX; self.targets];
        for target in targets {
            if numbers[target as usize] == u32::MAX {
                numbers[target as usize] = sources.len() as u32;
                sources.push((target, Vec::new()));
            }
        }
        for source in 0..self.lists.sources() {
            for group in self.lists.groups_of_source(source) {
                let (group, synapses) = self.lists.group(group);
                for target in &self.lists.targets[synapses] {
                    let number = numbers[group.base() + usize::from(*target)];
                    if let Some((_, taken)) = sources.get_mut(number as usize)
                        && taken.last() != Some(&(source as u32))
                    {
                        taken.push(source as u32);
                    }
                }
            }
        }
        sources
    }
}

/// Inserts a number into a list that ascends, if it is not in it.
fn insert(list: &mut Vec<u32>, number: u32) {
    if let Err(place) = list.binary_search(&number) {
        list.insert(place, number);
    }
}

/// The `rank`th number that is missing in a list that ascends.
fn missing(list: &[u32], rank: u32) -> u32 {
    list.iter().fold(
        rank,
        |number, taken| {
            if *taken <= number { number + 1 } else { number }
        },
    )
}

impl<P: Plasticity> PlasticLists<P> {
    /// Calls `each` with the number of each synapse in the lists, its target and weight, by source.
    pub(super) fn for_each(&mut self, mut each: impl FnMut(usize, usize, &mut f32)) {
        for group in 0..self.groups.len() - 1 {
            let (group, synapses) = self.group(group);
            for number in synapses {
                let target = group.base() + usize::from(self.targets[number]);
                each(number, target, &mut self.weights[number]);
            }
        }
    }

    /// Removes synapses whose weight has a magnitude below `least`.
    fn prune(&mut self, least: f64) {
        let Some(numbers) = &mut self.numbers else {
            return;
        };
        let mut kept = 0;
        for group in 0..self.groups.len() - 1 {
            let synapses =
                self.groups[group].synapses as usize..self.groups[group + 1].synapses as usize;
            self.groups[group].synapses = kept as u32;
            let base = self.groups[group].base() as u32;
            for each in synapses {
                if f64::from(self.weights[each].abs()) < least {
                    let target = base + u32::from(self.targets[each]);
                    self.removed.push((target, numbers[each]));
                    continue;
                }
                self.targets[kept] = self.targets[each];
                self.weights[kept] = self.weights[each];
                self.variables[kept] = self.variables[each];
                numbers[kept] = numbers[each];
                kept += 1;
            }
        }
        if let Some(end) = self.groups.last_mut() {
            end.synapses = kept as u32;
        }
        self.targets.truncate(kept);
        self.weights.truncate(kept);
        self.variables.truncate(kept);
        numbers.truncate(kept);
    }

    /// Adds synapses with the parts of a delay and a weight, each with a number of its own. Arrivals, which
    /// all sources have, stay as they are.
    fn insert(&mut self, mut grown: Vec<NewSynapse>, (axonal, dendritic): (u16, u16), weight: f32) {
        if grown.is_empty() {
            return;
        }
        grown.sort_unstable_by_key(|new| (new.source, new.target));
        let old = self.take_synapses();
        let mut grown = grown.into_iter().peekable();
        for source in 0..self.sources() {
            for arrival in self.arrivals_of(source) {
                let state = old.arrivals[arrival];
                self.begin_arrival(state);
                let mut here = Vec::new();
                while state.axonal == axonal
                    && let Some(new) = grown.next_if(|new| new.source as usize == source)
                {
                    here.push(new);
                }
                self.merge(&old, old.groups_of(arrival), &here, dendritic, weight);
            }
        }
        self.close(&old);
    }

    /// Appends the groups of an arrival, and new synapses among them.
    fn merge(
        &mut self,
        old: &PlasticLists<P>,
        groups: Range<usize>,
        grown: &[NewSynapse],
        dendritic: u16,
        weight: f32,
    ) {
        let kept = groups.flat_map(|group| {
            let (group, synapses) = old.group(group);
            synapses.map(move |each| ((group.order(), old.targets[each]), each))
        });
        let mut kept = kept.peekable();
        let grown = grown.iter().map(|new| {
            let segment = (new.target >> 16) as u16;
            (((dendritic, NEVER, segment), new.target as u16), new.number)
        });
        let mut grown = grown.peekable();
        let new = SynapseState {
            weight,
            variables: P::Synapse::default(),
        };
        loop {
            let is_grown = match (grown.peek(), kept.peek()) {
                (Some((new, _)), Some((old, _))) => new < old,
                (new, _) => new.is_some(),
            };
            let next = if is_grown { grown.next() } else { None };
            match next {
                Some((place, number)) => self.append(place, new, number),
                None => {
                    let Some((place, each)) = kept.next() else {
                        return;
                    };
                    self.append(place, old.synapse(each), old.number(each));
                }
            }
        }
    }

    /// Replaces the synapses by others, whose weights are 0 and whose variables are their defaults.
    pub(super) fn rebuild(&mut self, mut synapses: Vec<PlacedSynapse>) {
        synapses.sort_unstable();
        let mut synapses = synapses.into_iter().peekable();
        let old = self.take_synapses();
        for arrival in old.all_arrivals() {
            self.begin_arrival(old.arrivals[arrival]);
            while let Some((_, group, target, number)) =
                synapses.next_if(|synapse| synapse.0 == arrival)
            {
                self.append((group, target), SynapseState::default(), number);
            }
        }
        self.close(&old);
    }
}
