//! The plastic synapses of a shard, by source.

use std::ops::Range;

use super::rule::{Plasticity, SynapseState};
use super::split::DelaySplit;
use super::update::Growth;
use crate::proc::synapse::Synapses;
use crate::proc::synapse::memory::{Prefetch, fetch, in_large_pages};

/// The step of the last spike of a source that has not fired.
pub(super) const NEVER: i64 = i64::MIN / 4;

/// The synapses of a source at which its spikes arrive in the same step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<S> {
    /// The step in which a spike has arrived last.
    pub(super) last: i64,
    /// The step up to which the arrivals of post-spikes are in the weights.
    pub(super) settled: i64,
    /// The first of the groups.
    pub(super) groups: u32,
    /// The axonal part of the delay.
    pub(super) axonal: u16,
    /// The source, as its last spike that has arrived has left it.
    pub(super) source: S,
}

/// Synapses of one source with equal delays.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlasticGroup {
    /// The first synapse.
    pub(super) synapses: u32,
    /// The dendritic part of the delay.
    pub(super) dendritic: u16,
    /// The number that a target of 0 has, divided by 2¹⁶.
    pub(super) segment: u16,
    /// The step up to which spikes of the targets have arrived, by whichever delay: synapses that have moved
    /// to a longer one see none twice.
    pub(super) seen: i64,
}

/// The order of the groups of an arrival: by the dendritic part, `seen`, and the segment.
pub(super) type GroupOrder = (u16, i64, u16);

/// A synapse that grows.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewSynapse {
    pub(super) source: u32,
    /// Its target, from the first of the shard.
    pub(super) target: u32,
    /// Its number among all synapses.
    pub(super) number: u32,
}

impl PlasticGroup {
    /// The place of the group among those of its arrival.
    pub(super) fn order(self) -> GroupOrder {
        (self.dendritic, self.seen, self.segment)
    }

    /// The number that a target of 0 has.
    #[inline(always)]
    pub(super) fn base(self) -> usize {
        usize::from(self.segment) << 16
    }
}

/// The synapses that lead to the targets of a shard. Those of one source follow each other, by delay, `seen`
/// and target.
#[derive(Clone, Debug)]
pub(super) struct PlasticLists<P: Plasticity> {
    /// The first arrival of each source; one more at the end.
    pub(super) sources: Vec<u32>,
    /// One more at the end.
    pub(super) arrivals: Vec<Arrival<P::Source>>,
    /// One more at the end.
    pub(super) groups: Vec<PlasticGroup>,
    /// Targets modulo 2¹⁶, from the first of the shard.
    pub(super) targets: Vec<u16>,
    pub(super) weights: Vec<f32>,
    pub(super) variables: Vec<P::Synapse>,
    /// The numbers of the synapses among all, where synapses may have been removed.
    pub(super) numbers: Option<Vec<u32>>,
    /// The targets and numbers of synapses that were removed.
    pub(super) removed: Vec<(u32, u32)>,
    /// The number of synapses before any was removed.
    pub(super) slots: usize,
    /// The longest parts of delays.
    pub(super) longest_axonal: u16,
    pub(super) longest_dendritic: u16,
    /// The shortest dendritic part that any group has had.
    shortest_dendritic: u16,
}

impl<S> Arrival<S> {
    /// Returns `true` if a spike has arrived.
    pub(super) fn has_arrived(&self) -> bool {
        self.last != NEVER
    }
}

impl<P: Plasticity> PlasticLists<P> {
    /// Lists without a source.
    pub(super) fn empty() -> PlasticLists<P> {
        PlasticLists {
            sources: Vec::new(),
            arrivals: Vec::new(),
            groups: Vec::new(),
            targets: Vec::new(),
            weights: Vec::new(),
            variables: Vec::new(),
            numbers: None,
            removed: Vec::new(),
            slots: 0,
            longest_axonal: 0,
            longest_dendritic: 1,
            shortest_dendritic: u16::MAX,
        }
    }

    /// The synapses to some targets, with the weights that all synapses have; by default their own. Where
    /// synapses may grow, each source has an arrival for them. Synapses keep their numbers among all if they
    /// are numbered.
    pub(super) fn new(
        synapses: &Synapses<f32>,
        all_weights: Option<&[f32]>,
        targets: &Range<usize>,
        split: DelaySplit,
        growth: Option<&Growth>,
        is_numbered: bool,
    ) -> PlasticLists<P> {
        let len = count(synapses, targets);
        let grown = growth.map(|growth| split.of(growth.delay));
        let mut lists = PlasticLists {
            sources: Vec::with_capacity(synapses.sources() + 1),
            arrivals: Vec::with_capacity(synapses.sources() + 1),
            targets: in_large_pages(Vec::with_capacity(len)),
            weights: in_large_pages(Vec::with_capacity(len)),
            variables: vec![P::Synapse::default(); len],
            slots: len,
            numbers: is_numbered.then(|| Vec::with_capacity(len)),
            longest_dendritic: grown.map_or(1, |(_, dendritic)| dendritic),
            ..PlasticLists::empty()
        };
        let mut before = 0;
        for source in 0..synapses.sources() {
            lists.sources.push(lists.arrivals.len() as u32);
            let mut last = None;
            let mut grown = grown.map(|(axonal, _)| axonal);
            for group in synapses.groups(source) {
                let (axonal, dendritic) = split.of(group.delay as u16);
                for (target, stored) in group.synapses::<f32, f32>() {
                    let number = before;
                    before += 1;
                    if !targets.contains(&target) {
                        continue;
                    }
                    let target = target - targets.start;
                    let segment = (target >> 16) as u16;
                    if last.is_none_or(|(last, _, _)| last != axonal) {
                        if let Some(before) = grown.take_if(|grown| *grown <= axonal)
                            && before < axonal
                        {
                            lists.add_arrival(before);
                        }
                        lists.add_arrival(axonal);
                    }
                    if last != Some((axonal, dendritic, segment)) {
                        lists.add_group((dendritic, NEVER, segment));
                    }
                    last = Some((axonal, dendritic, segment));
                    lists.targets.push(target as u16);
                    lists
                        .numbers
                        .iter_mut()
                        .for_each(|all| all.push(number as u32));
                    lists.weights.push(match all_weights {
                        Some(weights) => weights[number],
                        None => f32::from_bits(u32::from(stored[1]) << 16 | u32::from(stored[0])),
                    });
                }
            }
            if let Some(after) = grown {
                lists.add_arrival(after);
            }
        }
        lists.sources.push(lists.arrivals.len() as u32);
        lists.add_arrival(0);
        lists.add_group((lists.longest_dendritic, NEVER, 0));
        lists.groups.shrink_to_fit();
        lists.arrivals.shrink_to_fit();
        lists
    }

    fn add_arrival(&mut self, axonal: u16) {
        self.longest_axonal = self.longest_axonal.max(axonal);
        self.arrivals.push(Arrival {
            last: NEVER,
            settled: 0,
            groups: self.groups.len() as u32,
            axonal,
            source: P::Source::default(),
        });
    }

    /// Begins a group.
    fn add_group(&mut self, (dendritic, seen, segment): GroupOrder) {
        self.longest_dendritic = self.longest_dendritic.max(dendritic);
        self.shortest_dendritic = self.shortest_dendritic.min(dendritic);
        self.groups.push(PlasticGroup {
            synapses: self.targets.len() as u32,
            dendritic,
            segment,
            seen,
        });
    }

    /// Takes the synapses out. They are appended again, arrival by arrival, and the lists closed.
    pub(super) fn take_synapses(&mut self) -> PlasticLists<P> {
        let mut old = std::mem::replace(self, PlasticLists::empty());
        self.sources = std::mem::take(&mut old.sources);
        self.removed = std::mem::take(&mut old.removed);
        self.numbers = Some(Vec::new());
        self.slots = old.slots;
        (self.longest_axonal, self.longest_dendritic) = (old.longest_axonal, old.longest_dendritic);
        self.shortest_dendritic = old.shortest_dendritic;
        old
    }

    /// Begins the synapses of an arrival.
    pub(super) fn begin_arrival(&mut self, arrival: Arrival<P::Source>) {
        self.arrivals.push(Arrival {
            groups: self.groups.len() as u32,
            ..arrival
        });
    }

    /// Appends a synapse with its number to the last arrival, after those before it in their order.
    pub(super) fn append(
        &mut self,
        (group, target): (GroupOrder, u16),
        synapse: SynapseState<P::Synapse>,
        number: u32,
    ) {
        let first = self.arrivals.last().map_or(0, |last| last.groups as usize);
        let last = self.groups[first..].last();
        if last.is_none_or(|last| last.order() != group) {
            self.add_group(group);
        }
        self.targets.push(target);
        self.weights.push(synapse.weight);
        self.variables.push(synapse.variables);
        self.numbers.get_or_insert_default().push(number);
    }

    /// Ends the lists as those ended from which the synapses were taken.
    pub(super) fn close(&mut self, old: &PlasticLists<P>) {
        if let Some(end) = old.arrivals.last() {
            self.begin_arrival(*end);
        }
        self.add_group((self.longest_dendritic, NEVER, 0));
    }

    /// The dendritic part of all delays, if it is the same.
    pub(super) fn dendritic(&self) -> Option<u16> {
        let is_one = self.shortest_dendritic == self.longest_dendritic;
        is_one.then_some(self.longest_dendritic)
    }

    /// The number of a synapse among all, where synapses are numbered.
    pub(super) fn number(&self, synapse: usize) -> u32 {
        self.numbers.as_ref().map_or(0, |numbers| numbers[synapse])
    }

    /// The number of sources.
    pub(super) fn sources(&self) -> usize {
        self.sources.len() - 1
    }

    /// The arrivals of a source.
    #[inline(always)]
    pub(super) fn arrivals_of(&self, source: usize) -> Range<usize> {
        self.sources[source] as usize..self.sources[source + 1] as usize
    }

    /// All arrivals.
    pub(super) fn all_arrivals(&self) -> Range<usize> {
        0..self.arrivals.len() - 1
    }

    /// The groups of a source.
    pub(super) fn groups_of_source(&self, source: usize) -> Range<usize> {
        let arrivals = self.arrivals_of(source);
        self.arrivals[arrivals.start].groups as usize..self.arrivals[arrivals.end].groups as usize
    }

    /// The groups of an arrival.
    #[inline(always)]
    pub(super) fn groups_of(&self, arrival: usize) -> Range<usize> {
        self.arrivals[arrival].groups as usize..self.arrivals[arrival + 1].groups as usize
    }

    /// A group and its synapses.
    #[inline(always)]
    pub(super) fn group(&self, number: usize) -> (PlasticGroup, Range<usize>) {
        let group = self.groups[number];
        let end = self.groups[number + 1].synapses as usize;
        (group, group.synapses as usize..end)
    }

    /// The synapses of an arrival.
    #[inline(always)]
    pub(super) fn synapses_of(&self, arrival: usize) -> Range<usize> {
        let groups = self.groups_of(arrival);
        let first = |group: usize| self.groups[group].synapses as usize;
        first(groups.start)..first(groups.end)
    }

    /// Prefetches the first synapses of an arrival.
    #[inline(always)]
    pub(super) fn fetch(&self, arrival: usize) {
        let (to, synapses) = (Prefetch::of_processor(), self.synapses_of(arrival));
        fetch(to, &self.targets[synapses.clone()], synapses.len());
        fetch(to, &self.weights[synapses.clone()], synapses.len());
    }

    /// The arrival of a source with an axonal delay, if there is one.
    pub(super) fn arrival(&self, source: usize, axonal: u16) -> Option<usize> {
        if source >= self.sources() {
            return None;
        }
        let mut arrivals = self.arrivals_of(source);
        arrivals.find(|arrival| self.arrivals[*arrival].axonal == axonal)
    }

    /// The source of an arrival.
    pub(super) fn source_of(&self, arrival: usize) -> usize {
        let sources = &self.sources;
        sources.partition_point(|first| *first as usize <= arrival) - 1
    }

    /// The delay of a group of an arrival.
    pub(super) fn delay(&self, arrival: usize, group: usize) -> u16 {
        self.arrivals[arrival].axonal + self.groups[group].dendritic
    }

    /// The variables of a synapse.
    #[inline(always)]
    pub(super) fn synapse(&self, number: usize) -> SynapseState<P::Synapse> {
        SynapseState {
            weight: self.weights[number],
            variables: self.variables[number],
        }
    }
}

/// The number of synapses that lead to some targets.
fn count(synapses: &Synapses<f32>, targets: &Range<usize>) -> usize {
    if *targets == (0..synapses.targets()) {
        return synapses.len();
    }
    let groups = (0..synapses.sources()).flat_map(|source| synapses.groups(source));
    let within = groups.map(|group| group.within::<f32, f32>(targets).targets.len());
    within.sum()
}
