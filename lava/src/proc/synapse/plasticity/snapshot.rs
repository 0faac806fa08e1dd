//! Plastic synapses in snapshots: by source, delay and target, whatever the shards are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::MutexGuard;

use super::factors::{SignalOf, has_post_spikes, has_third_factor};
use super::history::{LatestSpike, NEVER, PostHistory, SeenSpike};
use super::rule::Plasticity;
use super::shard::PlasticShard;
use super::structure::PlacedSynapse;
use super::weights::{Cursor, Shards, lock, visit};
use crate::model::{PersistError, StateReader, StateWriter};

/// The synapse of each number, where synapses are removed and grow.
const PRESENT: &str = "present synapses";
/// The step up to which all synapses have seen the spikes of targets.
const SEEN: &str = "seen";
/// The variables of synapses, by number.
const VARIABLES: &str = "variables";
/// The weights of synapses when they were seen last, by number, where a signal changes them meanwhile.
const WEIGHTS: &str = "seen weights";
/// The last arrival at the synapses of each source and axonal delay.
const ARRIVALS: &str = "arrivals";
/// The steps in which spikes arrive at synapses, by source and axonal delay.
const PENDING: &str = "pending";
/// The last spike of each target.
const TARGETS: &str = "targets";
/// The spikes of targets that have not arrived at all synapses.
const SPIKES: &str = "target spikes";
/// The signal of the third factor, from the step on that is seen.
const SIGNAL: &str = "signal";
/// The contributions that arrive in the next steps, a row each.
const SUMS: &str = "sums";

/// A source, and the axonal part of a delay.
type AxonalDelay = (u32, u16);
/// The last arrival: its step, the step up to which its synapses have seen spikes, and the variables of the
/// source.
type LastArrival<S> = (i64, i64, S);
/// A target, and the source of its synapse, the parts of the delay, and the step up to which it has seen spikes
/// by another delay; unless the synapse is removed.
type PresentSynapse = (u32, Option<(u32, u16, u16, i64)>);

fn unfit(what: &str) -> PersistError {
    PersistError::Unfit(format!("{what} are not those of its synapses"))
}

impl<P: Plasticity> Shards<P> {
    /// Puts the state of all shards. Synapses see what all of them may see first, which changes when spikes
    /// are seen, not what they do.
    pub(super) fn save(&self, to: &mut StateWriter) -> Result<(), PersistError> {
        let shards = self.all();
        let mut shards: Vec<_> = shards.iter().map(|shard| lock(shard)).collect();
        let seen = shards.iter_mut().map(|shard| shard.settle_for_others());
        let seen = seen.last().unwrap_or(0);
        to.put(SEEN, &seen)?;
        put_synapses(&shards, to)?;
        let mut arrivals = BTreeMap::new();
        let mut pending = BTreeSet::new();
        for shard in &shards {
            arrivals.extend(shard.arrivals(seen));
            pending.extend(shard.pending());
        }
        to.put(ARRIVALS, &arrivals)?;
        to.put(PENDING, &pending)?;
        if has_post_spikes::<P>() {
            put_spikes(&shards, seen, to)?;
        }
        if let Some(shard) = shards.first().filter(|_| has_third_factor::<P>()) {
            to.put(SIGNAL, &shard.signal.since(seen))?;
        }
        let rows = longest_dendritic(&shards) - 1;
        let mut sums = vec![Vec::new(); rows];
        for shard in &shards {
            for (later, row) in (1..).zip(&mut sums) {
                row.extend(shard.sums_in(later));
            }
        }
        to.put(SUMS, &sums)
    }
}

fn longest_dendritic<P: Plasticity>(shards: &[MutexGuard<'_, PlasticShard<P>>]) -> usize {
    let longest = shards.iter().map(|shard| shard.lists.longest_dendritic);
    usize::from(longest.max().unwrap_or(1))
}

/// Puts the variables of synapses, and what the Var `weights` does not say of them.
fn put_synapses<P: Plasticity>(
    shards: &[MutexGuard<'_, PlasticShard<P>>],
    to: &mut StateWriter,
) -> Result<(), PersistError> {
    let len = shards.iter().map(|shard| shard.lists.slots).sum();
    let is_structural = shards.iter().any(|shard| shard.lists.numbers.is_some());
    let mut variables = vec![P::Synapse::default(); len];
    let mut weights = vec![0.0_f32; if has_third_factor::<P>() { len } else { 0 }];
    let mut present: Vec<PresentSynapse> = vec![(0, None); if is_structural { len } else { 0 }];
    let mut next = 0;
    visit(shards, |shard, cursor| {
        let shard = &*shards[shard];
        let Cursor {
            source,
            arrival,
            group,
            ..
        } = cursor;
        let axonal = shard.lists.arrivals[arrival].axonal;
        let (group, synapses) = shard.lists.group(group);
        for each in synapses {
            let number = match &shard.lists.numbers {
                Some(numbers) => numbers[each] as usize,
                None => next,
            };
            next += 1;
            variables[number] = shard.lists.variables[each];
            if let Some(weight) = weights.get_mut(number) {
                *weight = shard.lists.weights[each];
            }
            if let Some(synapse) = present.get_mut(number) {
                let target = group.base() + usize::from(shard.lists.targets[each]);
                let place = (source as u32, axonal, group.dendritic, group.seen);
                *synapse = ((shard.updates.first + target) as u32, Some(place));
            }
        }
    });
    to.put(VARIABLES, &variables)?;
    if has_third_factor::<P>() {
        to.put(WEIGHTS, &weights)?;
    }
    if is_structural {
        for shard in shards {
            for (target, number) in &shard.lists.removed {
                present[*number as usize] = (shard.updates.first as u32 + target, None);
            }
        }
        to.put(PRESENT, &present)?;
    }
    Ok(())
}

/// Puts the last spike of each target, and those that one of its synapses has not seen.
fn put_spikes<P: Plasticity>(
    shards: &[MutexGuard<'_, PlasticShard<P>>],
    seen: i64,
    to: &mut StateWriter,
) -> Result<(), PersistError> {
    let mut targets: Vec<LatestSpike<P::Target>> = Vec::new();
    let mut spikes: Vec<SeenSpike<P::Target>> = Vec::new();
    for shard in shards {
        for (target, seen) in shard.seen_spikes(seen).into_iter().enumerate() {
            let number = targets.len() as u32;
            targets.push(shard.posts.latest(target));
            let recent = shard.posts.recent(target, seen);
            spikes
                .extend(recent.map(|spike| ((spike.time, number), (spike.previous, spike.before))));
        }
    }
    spikes.sort_by_key(|(spike, _)| *spike);
    to.put(TARGETS, &targets)?;
    to.put(SPIKES, &spikes)
}

impl<P: Plasticity> PlasticShard<P> {
    /// The arrivals of which more is to say than that synapses have seen the spikes up to `seen`.
    fn arrivals(&self, seen: i64) -> impl Iterator<Item = (AxonalDelay, LastArrival<P::Source>)> {
        let lists = &self.lists;
        (0..lists.sources()).flat_map(move |source| {
            let arrivals = lists.arrivals[lists.arrivals_of(source)].iter();
            let kept = arrivals.filter(move |each| each.has_arrived() || each.settled != seen);
            kept.map(move |arrival| {
                let key = (source as u32, arrival.axonal);
                (key, (arrival.last, arrival.settled, arrival.source))
            })
        })
    }

    /// For each target the last step whose spike all of its synapses have seen that are settled up to `seen`, and
    /// those that grow later. The delays of other targets, of which shards have different ones, do not matter.
    fn seen_spikes(&self, seen: i64) -> Vec<i64> {
        let lists = &self.lists;
        let grown = self.updates.growth;
        let grown = grown.map_or(0, |(growth, split)| split.of(growth.delay).1);
        let mut steps = vec![seen - i64::from(grown); self.targets];
        for group in 0..lists.groups.len() - 1 {
            let (group, synapses) = lists.group(group);
            let seen = group.seen.max(seen - i64::from(group.dendritic));
            for target in &lists.targets[synapses] {
                let step = &mut steps[group.base() + usize::from(*target)];
                *step = seen.min(*step);
            }
        }
        steps
    }

    /// The steps of arrivals to come.
    fn pending(&self) -> impl Iterator<Item = (i64, AxonalDelay)> {
        let (lists, ring) = (&self.lists, self.pending.len() as i64);
        (self.now + 1..self.now + ring).flat_map(move |step| {
            let arrivals = self.pending[(step % ring) as usize].iter();
            arrivals.map(move |arrival| {
                let arrival = *arrival as usize;
                let source = lists.source_of(arrival) as u32;
                (step, (source, lists.arrivals[arrival].axonal))
            })
        })
    }

    /// The row of contributions that leave `later` steps after the last; `None` if none leave so late.
    fn row_in(&self, later: usize) -> Option<usize> {
        let rows = self.has_sums.len();
        (later < rows).then(|| (self.now as usize + later) % rows)
    }

    /// The contributions that leave `later` steps after the last.
    fn sums_in(&self, later: usize) -> impl Iterator<Item = f32> {
        let row = self.row_in(later).filter(|row| self.has_sums[*row]);
        let sums = row.map(|row| &self.sums[row * self.targets..][..self.targets]);
        (0..self.targets).map(move |target| sums.map_or(0.0, |sums| sums[target]))
    }

    /// Takes the synapses that there are, before the Var `weights` gets its value.
    pub(super) fn load_structure(&mut self, from: &StateReader<'_>) -> Result<(), PersistError> {
        if !from.contains(PRESENT) {
            return Ok(());
        }
        let unfit = || unfit("the present synapses");
        let present: Vec<PresentSynapse> = from.get(PRESENT)?;
        let own = self.updates.first..self.updates.first + self.targets;
        let (mut places, mut removed): (Vec<PlacedSynapse>, _) = (Vec::new(), Vec::new());
        let rows: Vec<Vec<f32>> = from.get(SUMS)?;
        let longest = rows.len() + 1;
        for (number, (target, synapse)) in (0..).zip(present) {
            if !own.contains(&(target as usize)) {
                continue;
            }
            let target = target - own.start as u32;
            let Some((source, axonal, dendritic, seen)) = synapse else {
                removed.push((target, number));
                continue;
            };
            let arrival = self.lists.arrival(source as usize, axonal);
            let is_delay = (1..=longest).contains(&usize::from(dendritic));
            let arrival = arrival.filter(|_| is_delay).ok_or_else(unfit)?;
            let group = (dendritic, seen, (target >> 16) as u16);
            places.push((arrival, group, target as u16, number));
        }
        if places.len() + removed.len() != self.lists.slots {
            return Err(unfit());
        }
        self.lists.removed = removed;
        self.lists.rebuild(places);
        Ok(())
    }

    /// Takes the part of the state that belongs to this shard; `numbers` are those of its synapses.
    pub(super) fn load(
        &mut self,
        numbers: &[u32],
        step: u64,
        from: &StateReader<'_>,
    ) -> Result<(), PersistError> {
        self.now = step as i64;
        let seen: i64 = from.get(SEEN)?;
        if !(0..=self.now).contains(&seen) {
            return Err(unfit("the spikes that were seen"));
        }
        self.load_synapses(numbers, from)?;
        self.load_arrivals(seen, from)?;
        if has_post_spikes::<P>() {
            self.load_spikes(seen, from)?;
        }
        if has_third_factor::<P>() {
            let signal: Vec<(i64, SignalOf<P>)> = from.get(SIGNAL)?;
            let is_sorted = signal.is_sorted_by_key(|(step, _)| *step);
            let first = signal.first().map(|(step, _)| (0..=seen).contains(step));
            let last = signal.last().is_some_and(|(step, _)| *step <= self.now);
            if first != Some(true) || !is_sorted || !last {
                return Err(unfit("the changes of the signal"));
            }
            self.signal.restore(signal);
        }
        self.load_sums(from)
    }

    fn load_synapses(
        &mut self,
        numbers: &[u32],
        from: &StateReader<'_>,
    ) -> Result<(), PersistError> {
        let variables: Vec<P::Synapse> = from.get(VARIABLES)?;
        let weights: Option<Vec<f32>> = match has_third_factor::<P>() {
            true => Some(from.get(WEIGHTS)?),
            false => None,
        };
        for (each, number) in numbers.iter().enumerate() {
            let variables = variables.get(*number as usize);
            self.lists.variables[each] = *variables.ok_or_else(|| unfit("variables"))?;
            if let Some(weights) = &weights {
                let weight = weights.get(*number as usize);
                self.lists.weights[each] = *weight.ok_or_else(|| unfit("weights"))?;
            }
        }
        Ok(())
    }

    fn load_arrivals(&mut self, seen: i64, from: &StateReader<'_>) -> Result<(), PersistError> {
        for arrival in &mut self.lists.arrivals {
            arrival.settled = seen;
        }
        let now = self.now;
        let arrivals: BTreeMap<AxonalDelay, LastArrival<P::Source>> = from.get(ARRIVALS)?;
        for ((source, axonal), (last, settled, state)) in arrivals {
            if !(seen..=now).contains(&settled) || !(NEVER..=now).contains(&last) {
                return Err(unfit("arrivals"));
            }
            if let Some(number) = self.lists.arrival(source as usize, axonal) {
                let arrival = &mut self.lists.arrivals[number];
                (arrival.last, arrival.settled, arrival.source) = (last, settled, state);
            }
        }
        self.pending.iter_mut().for_each(Vec::clear);
        let mut pending: Vec<(i64, AxonalDelay)> = from.get(PENDING)?;
        // Those of one step by the step in which they were sent.
        pending.sort_by_key(|(step, (source, axonal))| {
            (*step, step.saturating_sub(i64::from(*axonal)), *source)
        });
        let ring = self.pending.len() as i64;
        for (step, (source, axonal)) in pending {
            if !(now + 1..=now + i64::from(axonal)).contains(&step) {
                return Err(unfit("spikes on their way"));
            }
            if let Some(arrival) = self.lists.arrival(source as usize, axonal) {
                self.pending[(step % ring) as usize].push(arrival as u32);
            }
        }
        Ok(())
    }

    fn load_spikes(&mut self, seen: i64, from: &StateReader<'_>) -> Result<(), PersistError> {
        let unfit = || unfit("the spikes of targets");
        let own = self.updates.first..self.updates.first + self.targets;
        let targets: Vec<LatestSpike<P::Target>> = from.get(TARGETS)?;
        let spikes: Vec<SeenSpike<P::Target>> = from.get(SPIKES)?;
        let are_past = targets.iter().all(|(time, previous, ..)| {
            NEVER <= *previous && previous <= time && *time <= self.now
        });
        let are_seen = spikes
            .iter()
            .all(|((time, _), (previous, _))| NEVER <= *previous && *time <= self.now);
        let targets = targets.get(own.clone()).filter(|_| are_past && are_seen);
        let spikes = spikes
            .into_iter()
            .filter(|((_, target), _)| own.contains(&(*target as usize)))
            .map(|((time, target), before)| ((time, target - own.start as u32), before));
        let spikes: Vec<_> = spikes.collect();
        let seen = self.seen_spikes(seen);
        let posts = PostHistory::restored(targets.ok_or_else(unfit)?, &spikes, &seen);
        self.posts = posts.ok_or_else(unfit)?;
        Ok(())
    }

    fn load_sums(&mut self, from: &StateReader<'_>) -> Result<(), PersistError> {
        let unfit = || unfit("contributions to come");
        let own = self.updates.first..self.updates.first + self.targets;
        let sums: Vec<Vec<f32>> = from.get(SUMS)?;
        // Synapses may have moved to longer delays.
        let rows = usize::from(self.lists.longest_dendritic);
        self.reserve_rows(rows.max(sums.len() + 1));
        self.sums.fill(0.0);
        self.has_sums.fill(false);
        for (later, row) in (1..).zip(&sums) {
            let sums = row.get(own.clone()).ok_or_else(unfit)?;
            if sums.iter().all(|sum| sum.to_bits() == 0) {
                continue;
            }
            let row = self.row_in(later).ok_or_else(unfit)?;
            self.has_sums[row] = true;
            self.sums[row * self.targets..][..self.targets].copy_from_slice(sums);
        }
        Ok(())
    }
}
