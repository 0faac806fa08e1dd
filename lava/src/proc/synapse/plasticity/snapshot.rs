//! Plastic synapses in snapshots: by source, delay and target, whatever the shards are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::MutexGuard;

use super::history::LatestSpike;
use super::rule::Plasticity;
use super::shard::PlasticShard;
use super::weights::{Shards, lock};
use crate::model::{PersistError, StateReader, StateWriter};

/// The variables of synapses, in their order.
const VARIABLES: &str = "variables";
/// The last arrival at the synapses of each source and axonal delay.
const ARRIVALS: &str = "arrivals";
/// The steps in which spikes arrive at synapses, by source and axonal delay.
const PENDING: &str = "pending";
/// The last spike of each target.
const TARGETS: &str = "targets";
/// The spikes of targets that have not arrived at all synapses.
const SPIKES: &str = "spikes";
/// The contributions that arrive in the next steps, a row each.
const SUMS: &str = "sums";

/// A source, and the axonal part of a delay.
type AxonalDelay = (u32, u16);
/// The spike of a target: step, target, step of the spike before, and the variables that that has left.
type SentBack<S> = (i64, u32, i64, S);

impl<P: Plasticity> Shards<P> {
    /// Puts the state of all shards. What has arrived is in the weights then, which changes when spikes
    /// are seen, not what they do.
    pub(super) fn save(&self, to: &mut StateWriter) -> Result<(), PersistError> {
        let shards = lock(self.shards());
        let mut locked: Vec<MutexGuard<'_, PlasticShard<P>>> =
            shards.iter().map(|shard| lock(&shard.shard)).collect();
        locked.iter_mut().for_each(|shard| shard.settle_all());
        let mut variables = Vec::new();
        self.visit(&locked, |number, cursor| {
            let lists = locked[number].lists();
            let (_, synapses) = lists.group(cursor.group);
            variables.extend_from_slice(&lists.variables[synapses]);
        });
        to.put(VARIABLES, &variables)?;
        let (mut arrivals, mut pending) = (BTreeMap::new(), BTreeSet::new());
        let (mut targets, mut spikes) = (Vec::new(), Vec::new());
        let longest = locked
            .iter()
            .map(|shard| shard.lists().longest_dendritic)
            .max();
        let rows = usize::from(longest.unwrap_or(1)) - 1;
        let mut sums = vec![Vec::new(); rows];
        for shard in &locked {
            arrivals.extend(shard.arrivals());
            pending.extend(shard.pending());
            let first = targets.len() as u32;
            shard.save_targets(first, rows, &mut targets, &mut spikes);
            for (later, row) in (1..).zip(&mut sums) {
                row.extend(shard.sums_in(later));
            }
        }
        spikes.sort_by_key(|(time, target, ..)| (*time, *target));
        to.put(ARRIVALS, &arrivals)?;
        to.put(PENDING, &pending)?;
        to.put(TARGETS, &targets)?;
        to.put(SPIKES, &spikes)?;
        to.put(SUMS, &sums)
    }
}

impl<P: Plasticity> PlasticShard<P> {
    /// The last arrivals.
    fn arrivals(&self) -> impl Iterator<Item = (AxonalDelay, (i64, P::Source))> {
        let lists = self.lists();
        (0..lists.sources()).flat_map(move |source| {
            let arrivals = lists.arrivals[lists.arrivals_of(source)].iter();
            let has_arrived = arrivals.filter(|arrival| arrival.has_arrived());
            has_arrived.map(move |arrival| {
                let key = (source as u32, arrival.axonal);
                (key, (arrival.last, arrival.source))
            })
        })
    }

    /// The steps of arrivals to come.
    fn pending(&self) -> impl Iterator<Item = (i64, AxonalDelay)> {
        let lists = self.lists();
        self.pending_arrivals().map(move |(step, arrival)| {
            let source = lists.source_of(arrival) as u32;
            (step, (source, lists.arrivals[arrival].axonal))
        })
    }

    /// Appends the targets, of which the first has the number `first`, and their spikes of the last
    /// `steps` steps.
    fn save_targets(
        &self,
        first: u32,
        steps: usize,
        targets: &mut Vec<LatestSpike<P::Target>>,
        spikes: &mut Vec<SentBack<P::Target>>,
    ) {
        let (posts, from) = (self.posts(), self.now() - steps as i64 - 1);
        for target in 0..self.targets() {
            targets.push(posts.latest(target));
            let number = first + target as u32;
            let recent = posts.recent(target, from);
            spikes.extend(recent.map(|(time, previous, before)| (time, number, previous, before)));
        }
    }

    /// Takes the part of the state that belongs to the targets from `first` on; `numbers` are those of
    /// the shard's synapses.
    pub(super) fn load(
        &mut self,
        first: usize,
        numbers: &[u32],
        step: u64,
        from: &StateReader<'_>,
    ) -> Result<(), PersistError> {
        let unfit =
            |what: &str| PersistError::Unfit(format!("{what} are not those of its synapses"));
        let now = step as i64;
        let range = first..first + self.targets();
        self.set_now(now);
        let variables: Vec<P::Synapse> = from.get(VARIABLES)?;
        for (own, number) in self.lists_mut().variables.iter_mut().zip(numbers) {
            *own = *variables
                .get(*number as usize)
                .ok_or_else(|| unfit("variables"))?;
        }
        let arrivals: BTreeMap<AxonalDelay, (i64, P::Source)> = from.get(ARRIVALS)?;
        for ((source, axonal), (last, state)) in arrivals {
            if let Some(arrival) = self.lists().arrival(source as usize, axonal) {
                let arrival = &mut self.lists_mut().arrivals[arrival];
                (arrival.last, arrival.source) = (last, state);
            }
        }
        for arrival in &mut self.lists_mut().arrivals {
            arrival.settled = now;
        }
        let mut pending: Vec<(i64, AxonalDelay)> = from.get(PENDING)?;
        // Those of one step by the step in which they were sent.
        pending.sort_by_key(|(step, (source, axonal))| (*step, step - i64::from(*axonal), *source));
        for (step, (source, axonal)) in pending {
            if !(now + 1..=now + i64::from(axonal)).contains(&step) {
                return Err(unfit("spikes on their way"));
            }
            if let Some(arrival) = self.lists().arrival(source as usize, axonal) {
                self.push_pending(step, arrival);
            }
        }
        let targets: Vec<LatestSpike<P::Target>> = from.get(TARGETS)?;
        let targets = targets.get(range.clone()).ok_or_else(|| unfit("targets"))?;
        let spikes: Vec<SentBack<P::Target>> = from.get(SPIKES)?;
        let own = spikes
            .iter()
            .filter(|spike| range.contains(&(spike.1 as usize)));
        let own = own.map(|&(time, target, previous, before)| {
            (target as usize - first, time, previous, before)
        });
        let own: Vec<_> = own.collect();
        self.posts_mut().restore(targets, own.into_iter());
        let sums: Vec<Vec<f32>> = from.get(SUMS)?;
        for (later, row) in (1..).zip(&sums) {
            let row = row.get(range.clone()).ok_or_else(|| unfit("sums"))?;
            if !self.set_sums_in(later, row) {
                return Err(unfit("sums"));
            }
        }
        Ok(())
    }
}
