//! The synapses of a shard as they learn and deliver.

use super::history::PostHistory;
use super::lists::{Arrival, PlasticLists};
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// Plastic synapses, the spikes that they have not seen yet, and the contributions on their way.
pub(super) struct PlasticShard<P: Plasticity> {
    rule: P,
    lists: PlasticLists<P>,
    posts: PostHistory<P::Target>,
    /// Arrivals of pre-spikes in this step and in the following ones, as a ring.
    pending: Vec<Vec<u32>>,
    /// Contributions to the targets in this step and in the following ones, as a ring of rows.
    sums: Vec<f32>,
    /// The rows that have contributions.
    has_sums: Vec<bool>,
    targets: usize,
    /// The present step.
    now: i64,
    learning: bool,
    /// Spikes of a target, while they are visited.
    path: Vec<u32>,
}

impl<P: Plasticity> PlasticShard<P> {
    /// Synapses before the first step, with a rule that is prepared.
    pub(super) fn new(
        rule: P,
        lists: PlasticLists<P>,
        targets: usize,
        learning: bool,
    ) -> PlasticShard<P> {
        let rows = usize::from(lists.longest_dendritic);
        // A step rarely has more spikes than this; where it has, a list grows once.
        let spikes = lists.sources().div_ceil(4);
        let arrivals = 0..=lists.longest_axonal;
        PlasticShard {
            rule,
            posts: PostHistory::new(targets),
            pending: arrivals.map(|_| Vec::with_capacity(spikes)).collect(),
            sums: vec![0.0; rows * targets],
            has_sums: vec![false; rows],
            targets,
            now: 0,
            learning,
            path: Vec::with_capacity(64),
            lists,
        }
    }

    pub(super) fn lists(&self) -> &PlasticLists<P> {
        &self.lists
    }

    pub(super) fn lists_mut(&mut self) -> &mut PlasticLists<P> {
        &mut self.lists
    }

    pub(super) fn posts(&self) -> &PostHistory<P::Target> {
        &self.posts
    }

    pub(super) fn posts_mut(&mut self) -> &mut PostHistory<P::Target> {
        &mut self.posts
    }

    /// The number of targets.
    pub(super) fn targets(&self) -> usize {
        self.targets
    }

    /// The last step that was taken.
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    /// Goes on after a step; nothing is on its way.
    pub(super) fn set_now(&mut self, now: i64) {
        self.now = now;
        self.pending.iter_mut().for_each(Vec::clear);
        self.sums.fill(0.0);
        self.has_sums.fill(false);
    }

    /// Lets all post-spikes that have arrived change their synapses.
    pub(super) fn settle_all(&mut self) {
        for arrival in self.lists.all_arrivals() {
            self.settle(arrival);
        }
    }

    /// The arrivals of pre-spikes in the steps to come, each with its step.
    pub(super) fn pending_arrivals(&self) -> impl Iterator<Item = (i64, usize)> {
        let ring = self.pending.len() as i64;
        let steps = self.now + 1..self.now + ring;
        steps.flat_map(move |step| {
            let arrivals = self.pending[(step % ring) as usize].iter();
            arrivals.map(move |arrival| (step, *arrival as usize))
        })
    }

    /// Lets a pre-spike arrive in a step to come.
    pub(super) fn push_pending(&mut self, step: i64, arrival: usize) {
        let ring = self.pending.len() as i64;
        self.pending[(step % ring) as usize].push(arrival as u32);
    }

    /// The row of contributions that leave `later` steps after the last; `None` if none leave so late.
    fn row_in(&self, later: usize) -> Option<usize> {
        let rows = self.has_sums.len();
        (later < rows).then(|| (self.now as usize + later) % rows)
    }

    /// The contributions that leave `later` steps after the last.
    pub(super) fn sums_in(&self, later: usize) -> impl Iterator<Item = f32> {
        let row = self.row_in(later).filter(|row| self.has_sums[*row]);
        let sums = row.map(|row| &self.sums[row * self.targets..][..self.targets]);
        (0..self.targets).map(move |target| sums.map_or(0.0, |sums| sums[target]))
    }

    /// Sets the contributions that leave `later` steps after the last. Returns `false` if there are some,
    /// and none can leave so late.
    pub(super) fn set_sums_in(&mut self, later: usize, sums: &[f32]) -> bool {
        let has_sums = sums.iter().any(|sum| sum.to_bits() != 0);
        let Some(row) = self.row_in(later) else {
            return !has_sums;
        };
        self.has_sums[row] = has_sums;
        self.sums[row * self.targets..][..self.targets].copy_from_slice(sums);
        true
    }

    /// Replaces the weights by those that `weights` returns for the number of a synapse in the shard.
    /// Post-spikes that have arrived are in none of them.
    pub(super) fn set_weights(&mut self, mut weight: impl FnMut(usize) -> f32) {
        for (number, own) in self.lists.weights.iter_mut().enumerate() {
            *own = weight(number);
        }
        self.skip();
    }

    /// Begins or ends learning: weights change by what has arrived while they learn.
    pub(super) fn set_learning(&mut self, learning: bool) {
        match (self.learning, learning) {
            (true, false) => {
                self.settle_all();
            }
            (false, true) => self.skip(),
            _ => {}
        }
        self.learning = learning;
    }

    /// Leaves out the post-spikes that have arrived.
    fn skip(&mut self) {
        let now = self.now;
        for arrival in &mut self.lists.arrivals {
            arrival.settled = arrival.settled.max(now);
        }
    }

    /// Takes a step: the spikes of the targets and of the sources in it, ascending. `send` is called with
    /// the contributions that arrive in the next step, if there are any.
    #[inline(always)]
    pub(super) fn step<E>(
        &mut self,
        now: i64,
        posts: &[u32],
        pres: &[u32],
        send: impl FnOnce(&[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.now = now;
        for target in posts {
            if self.posts.is_full() {
                self.make_room();
            }
            self.posts.push(&self.rule, *target as usize, now);
        }
        let ring = self.pending.len();
        let present = (now as usize) % ring;
        let mut due = std::mem::take(&mut self.pending[present]);
        for arrival in due.drain(..) {
            self.visit(arrival as usize);
        }
        self.pending[present] = due;
        for source in pres {
            for arrival in self.lists.arrivals_of(*source as usize) {
                match usize::from(self.lists.arrivals[arrival].axonal) {
                    0 => self.visit(arrival),
                    later => self.pending[(present + later) % ring].push(arrival as u32),
                }
            }
        }
        let row = (now as usize) % self.has_sums.len();
        if !std::mem::take(&mut self.has_sums[row]) {
            return Ok(());
        }
        let sums = &mut self.sums[row * self.targets..][..self.targets];
        send(sums)?;
        sums.fill(0.0);
        Ok(())
    }

    /// Lets a pre-spike arrive at its synapses in this step.
    #[inline(always)]
    fn visit(&mut self, number: usize) {
        let (now, rows) = (self.now, self.has_sums.len());
        let (lists, rule) = (&mut self.lists, &self.rule);
        let arrival = lists.arrivals[number];
        let source_before = Past::new(arrival.source, now - arrival.last);
        let source_after = rule.source_fires(source_before);
        for group in lists.groups_of(number) {
            let (group, synapses) = lists.group(group);
            let dendritic = i64::from(group.dendritic);
            let row = (now + dendritic - 1) as usize % rows;
            self.has_sums[row] = true;
            let sums = &mut self.sums[row * self.targets..][..self.targets][group.base()..];
            let targets = lists.targets[synapses.clone()].iter();
            let variables = lists.variables[synapses.clone()].iter_mut();
            let weights = lists.weights[synapses].iter_mut();
            if !self.learning {
                for (target, weight) in targets.zip(weights) {
                    sums[usize::from(*target)] += rule.transmitted(*weight, &source_after);
                }
                continue;
            }
            let events = UnseenSpikes::new(rule, &self.posts, &arrival, group.dendritic, now);
            for ((target, weight), variables) in targets.zip(weights).zip(variables) {
                let index = usize::from(*target);
                let mut synapse = SynapseState {
                    weight: *weight,
                    variables: *variables,
                };
                let target = group.base() + index;
                let (time, state) = events.replay(target, &mut synapse, &mut self.path);
                let spike = PreSpike {
                    source: source_before,
                    target: Past::new(state, events.to - time),
                    follows_post: time + dendritic > arrival.last,
                };
                rule.pre(&mut synapse, spike);
                sums[index] += rule.transmitted(synapse.weight, &source_after);
                (*weight, *variables) = (synapse.weight, synapse.variables);
            }
        }
        let arrival = &mut self.lists.arrivals[number];
        (arrival.last, arrival.settled) = (now, now);
        arrival.source = source_after;
    }

    /// Lets the post-spikes that have arrived at the synapses of an arrival change them.
    fn settle(&mut self, number: usize) {
        let (now, lists) = (self.now, &mut self.lists);
        let arrival = lists.arrivals[number];
        lists.arrivals[number].settled = now;
        if !self.learning {
            return;
        }
        for group in lists.groups_of(number) {
            let (group, synapses) = lists.group(group);
            let events = UnseenSpikes::new(&self.rule, &self.posts, &arrival, group.dendritic, now);
            for each in synapses {
                let target = group.base() + usize::from(lists.targets[each]);
                let mut synapse = lists.synapse(each);
                events.replay(target, &mut synapse, &mut self.path);
                (lists.weights[each], lists.variables[each]) = (synapse.weight, synapse.variables);
            }
        }
    }

    /// Calls `each` with the weights of a group of an arrival as they are now: with all that has arrived.
    pub(super) fn present_weights(
        &self,
        arrival: usize,
        group: usize,
        path: &mut Vec<u32>,
        mut each: impl FnMut(f32),
    ) {
        let (group, synapses) = self.lists.group(group);
        if !self.learning {
            return self.lists.weights[synapses].iter().copied().for_each(each);
        }
        let arrival = &self.lists.arrivals[arrival];
        let events = UnseenSpikes::new(&self.rule, &self.posts, arrival, group.dendritic, self.now);
        for number in synapses {
            let target = group.base() + usize::from(self.lists.targets[number]);
            let mut synapse = self.lists.synapse(number);
            events.replay(target, &mut synapse, path);
            each(synapse.weight);
        }
    }

    /// Settles synapses whose sources have not fired for long, until spikes can be dropped. It changes
    /// only when spikes are seen, not what they do.
    #[cold]
    fn make_room(&mut self) {
        let longest = i64::from(self.lists.longest_dendritic);
        let wanted = self.posts.middle() + longest;
        let mut settled = self.now;
        for arrival in self.lists.all_arrivals() {
            if self.lists.arrivals[arrival].settled < wanted {
                self.settle(arrival);
            }
            settled = settled.min(self.lists.arrivals[arrival].settled);
        }
        self.posts.drop_until(settled - longest);
    }
}

/// The post-spikes that arrive at synapses of one source and delay in some steps.
struct UnseenSpikes<'a, P: Plasticity> {
    rule: &'a P,
    posts: &'a PostHistory<P::Target>,
    /// The source as its last spike has left it, and the step in which that has arrived.
    source: P::Source,
    last: i64,
    /// The steps in which the spikes were sent: after `from`, up to `to`.
    from: i64,
    to: i64,
    dendritic: i64,
}

impl<'a, P: Plasticity> UnseenSpikes<'a, P> {
    /// The spikes that arrive up to the step `now` and are not in the weights.
    #[inline(always)]
    fn new(
        rule: &'a P,
        posts: &'a PostHistory<P::Target>,
        arrival: &Arrival<P::Source>,
        dendritic: u16,
        now: i64,
    ) -> UnseenSpikes<'a, P> {
        let dendritic = i64::from(dendritic);
        UnseenSpikes {
            rule,
            posts,
            source: arrival.source,
            last: arrival.last,
            from: arrival.settled - dendritic,
            to: now - dendritic,
            dendritic,
        }
    }

    /// Lets the spikes of a target change a synapse. Returns the step in which the last that arrives
    /// before the end was sent, and the variables that it has left.
    #[inline(always)]
    fn replay(
        &self,
        target: usize,
        synapse: &mut SynapseState<P::Synapse>,
        path: &mut Vec<u32>,
    ) -> (i64, P::Target) {
        self.posts
            .replay(target, (self.from, self.to), path, |spike| {
                let arrives = spike.time + self.dendritic;
                let spike = PostSpike {
                    source: Past::new(self.source, arrives - self.last),
                    target: Past::new(spike.before, spike.time - spike.previous),
                    follows_pre: spike.previous + self.dendritic <= self.last,
                };
                self.rule.post(synapse, spike);
            })
    }
}
