//! The synapses of a shard as they learn and deliver.

use super::factors::{has_post_spikes, has_third_factor};
use super::history::PostHistory;
use super::lists::PlasticLists;
use super::present::Present;
use super::rule::{Past, Plasticity};
use super::signal::SignalHistory;
use super::structure::ShardUpdates;
use super::unseen::{Scratch, Unseen};

/// Plastic synapses, the spikes that they have not seen yet, and the contributions on their way.
pub(super) struct PlasticShard<P: Plasticity> {
    rule: P,
    pub(super) lists: PlasticLists<P>,
    pub(super) posts: PostHistory<P::Target>,
    pub(super) signal: SignalHistory<P>,
    /// Arrivals of pre-spikes in this step and in the following ones, as a ring.
    pub(super) pending: Vec<Vec<u32>>,
    /// Contributions to the targets in this step and in the following ones, as a ring of rows.
    pub(super) sums: Vec<f32>,
    /// The rows that have contributions.
    pub(super) has_sums: Vec<bool>,
    pub(super) targets: usize,
    /// The present step.
    pub(super) now: i64,
    learning: bool,
    scratch: Scratch<P>,
    present: Present<P::Target>,
    pub(super) updates: ShardUpdates,
}

impl<P: Plasticity> PlasticShard<P> {
    /// Synapses before the first step, with a rule that is prepared.
    pub(super) fn new(
        rule: P,
        lists: PlasticLists<P>,
        targets: usize,
        learning: bool,
        updates: ShardUpdates,
    ) -> PlasticShard<P> {
        let rows = usize::from(lists.longest_dendritic);
        // A step rarely has more spikes than this; where it has, a list grows once.
        let spikes = lists.sources().div_ceil(4);
        let arrivals = 0..=lists.longest_axonal;
        PlasticShard {
            signal: SignalHistory::new(&rule),
            rule,
            posts: PostHistory::new(targets),
            pending: arrivals.map(|_| Vec::with_capacity(spikes)).collect(),
            sums: vec![0.0; rows * targets],
            has_sums: vec![false; rows],
            targets,
            now: 0,
            learning,
            scratch: Scratch::default(),
            present: Present::new(targets),
            updates,
            lists,
        }
    }

    /// Replaces the weights by those that `weights` returns for the number of a synapse in the shard.
    /// Post-spikes that have arrived are in none of them.
    pub(super) fn set_weights(&mut self, mut weight: impl FnMut(usize) -> f32) {
        self.settle_all();
        for (number, own) in self.lists.weights.iter_mut().enumerate() {
            *own = weight(number);
        }
    }

    /// Begins or ends learning: synapses change by what has arrived while they learn.
    pub(super) fn set_learning(&mut self, learning: bool) {
        self.settle_all();
        self.learning = learning;
    }

    /// Lets everything that has arrived change the synapses.
    pub(super) fn settle_all(&mut self) {
        for arrival in self.lists.all_arrivals() {
            self.settle(arrival, self.now);
        }
    }

    /// Receives the spikes of the targets and of the sources in a step, ascending, and the third factor.
    #[inline(always)]
    pub(super) fn receive(&mut self, now: i64, posts: &[u32], pres: &[u32], third: f32) {
        self.now = now;
        if has_third_factor::<P>() {
            if self.signal.is_full() {
                self.make_room();
            }
            self.signal.receive(&self.rule, now, third);
        }
        let posts = if has_post_spikes::<P>() { posts } else { &[] };
        for target in posts {
            if self.posts.is_full() {
                self.make_room();
            }
            self.posts.push(&self.rule, *target as usize, now);
        }
        let ring = self.pending.len();
        let present = (now as usize) % ring;
        let mut due = std::mem::take(&mut self.pending[present]);
        if self.learning {
            let (lists, arrivals) = (&self.lists, due.len() + pres.len());
            let synapses = arrivals * (lists.targets.len() / lists.arrivals.len());
            let (rule, posts) = (&self.rule, &self.posts);
            self.present
                .evaluate_targets(rule, posts, now, lists.dendritic(), synapses);
        }
        for (number, arrival) in due.iter().enumerate() {
            if let Some(next) = due.get(number + 1) {
                self.lists.fetch(*next as usize);
            }
            self.visit(*arrival as usize);
        }
        due.clear();
        self.pending[present] = due;
        for (number, source) in pres.iter().enumerate() {
            if let Some(next) = pres.get(number + 1)
                && let Some(arrival) = self.lists.arrivals_of(*next as usize).next()
            {
                self.lists.fetch(arrival);
            }
            for arrival in self.lists.arrivals_of(*source as usize) {
                match usize::from(self.lists.arrivals[arrival].axonal) {
                    0 => self.visit(arrival),
                    later => self.pending[(present + later) % ring].push(arrival as u32),
                }
            }
        }
        if self.learning && !self.updates.periodic.is_empty() {
            self.update_periodically();
        }
    }

    /// Calls `send` in the step `now` with the contributions that arrive in the next, if there are any. All that
    /// contributes has been received.
    #[inline(always)]
    pub(super) fn send<E>(
        &mut self,
        now: i64,
        send: impl FnOnce(&[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
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
        if self.learning {
            let span = (arrival.settled, now);
            self.scratch.evaluate(rule, &self.signal, span);
            let synapses = lists.synapses_of(number).len();
            self.present.evaluate_source(rule, &arrival, now, synapses);
        }
        for group in lists.groups_of(number) {
            let (group, synapses) = lists.group(group);
            let dendritic = i64::from(group.dendritic);
            let row = (now + dendritic - 1) as usize % rows;
            self.has_sums[row] = true;
            let sums = &mut self.sums[row * self.targets..][..self.targets][group.base()..];
            let targets = &lists.targets[synapses.clone()];
            let variables = &mut lists.variables[synapses.clone()];
            let weights = &mut lists.weights[synapses];
            if !self.learning {
                for (target, weight) in targets.iter().zip(weights) {
                    sums[usize::from(*target)] += rule.transmitted(*weight, &source_after);
                }
                continue;
            }
            let histories = (&self.posts, &self.signal);
            let intervals = &self.scratch.intervals;
            let unseen = Unseen::new(rule, histories, intervals, &arrival, group, now);
            let (source, path) = ((source_before, &source_after), &mut self.scratch.path);
            let targets = (group.base(), targets);
            match self.present.of(group, &arrival, now) {
                Some(mut present) => {
                    present.learn(&unseen, source, path, targets, weights, variables, sums);
                }
                None => unseen.learn(source, path, targets, weights, variables, sums),
            }
        }
        let arrival = &mut self.lists.arrivals[number];
        (arrival.last, arrival.settled) = (now, now);
        arrival.source = source_after;
    }

    /// Lets what has arrived at the synapses of an arrival up to the step `until` change them.
    fn settle(&mut self, number: usize, until: i64) {
        let lists = &mut self.lists;
        let arrival = lists.arrivals[number];
        lists.arrivals[number].settled = until;
        if !self.learning {
            return;
        }
        let span = (arrival.settled, until);
        self.scratch.evaluate(&self.rule, &self.signal, span);
        for group in lists.groups_of(number) {
            let (group, synapses) = lists.group(group);
            let histories = (&self.posts, &self.signal);
            let intervals = &self.scratch.intervals;
            let unseen = Unseen::new(&self.rule, histories, intervals, &arrival, group, until);
            for each in synapses {
                let target = group.base() + usize::from(lists.targets[each]);
                let mut synapse = lists.synapse(each);
                unseen.replay(target, &mut synapse, &mut self.scratch.path);
                (lists.weights[each], lists.variables[each]) = (synapse.weight, synapse.variables);
            }
        }
    }

    /// Lets the rule choose the delays of synapses that have seen everything, up to `longest` steps.
    pub(super) fn move_delays(&mut self, longest: u16) {
        self.lists.move_synapses(&self.rule, self.now, longest);
        self.reserve_rows(usize::from(self.lists.longest_dendritic));
    }

    /// Makes room for contributions in later steps.
    pub(super) fn reserve_rows(&mut self, rows: usize) {
        let (before, targets) = (self.has_sums.len(), self.targets);
        if rows <= before {
            return;
        }
        let mut sums = vec![0.0; rows * targets];
        let mut has_sums = vec![false; rows];
        for step in (self.now as usize..).take(before) {
            let (from, to) = (step % before, step % rows);
            has_sums[to] = self.has_sums[from];
            sums[to * targets..][..targets]
                .copy_from_slice(&self.sums[from * targets..][..targets]);
        }
        (self.sums, self.has_sums) = (sums, has_sums);
    }

    /// Calls `each` with the synapses of a group of an arrival and their weights as they are now: with all that
    /// has arrived.
    pub(super) fn present_weights(
        &self,
        arrival: usize,
        group: usize,
        scratch: &mut Scratch<P>,
        mut each: impl FnMut(usize, f32),
    ) {
        let (group, synapses) = self.lists.group(group);
        if !self.learning {
            return synapses.for_each(|number| each(number, self.lists.weights[number]));
        }
        let arrival = &self.lists.arrivals[arrival];
        scratch.evaluate(&self.rule, &self.signal, (arrival.settled, self.now));
        let histories = (&self.posts, &self.signal);
        let intervals = &scratch.intervals;
        let unseen = Unseen::new(&self.rule, histories, intervals, arrival, group, self.now);
        for number in synapses {
            let target = group.base() + usize::from(self.lists.targets[number]);
            let mut synapse = self.lists.synapse(number);
            unseen.replay(target, &mut synapse, &mut scratch.path);
            each(number, synapse.weight);
        }
    }

    /// The last step, at most `step`, up to which synapses may be settled before their sources fire. It
    /// changes only when spikes are seen, not what they do: the signal of a third factor is evaluated up
    /// to the beginning of a period.
    fn latest_settling(&self, step: i64) -> i64 {
        match has_third_factor::<P>() {
            true => self.signal.period_begin(step),
            false => step,
        }
    }

    /// Settles all synapses up to a step that is the same in all shards. Returns that step.
    pub(super) fn settle_for_others(&mut self) -> i64 {
        let until = self.latest_settling(self.now);
        for arrival in self.lists.all_arrivals() {
            if self.lists.arrivals[arrival].settled < until {
                self.settle(arrival, until);
            }
        }
        until
    }

    /// Settles synapses whose sources have not fired for long, until spikes can be dropped. Spikes of
    /// this step are left to the sources that fire in it, and what a snapshot has of the signal to the snapshot.
    #[cold]
    fn make_room(&mut self) {
        let longest = i64::from(self.lists.longest_dendritic);
        let before = self.now - 1;
        let until = self.latest_settling(before);
        let wanted = match has_third_factor::<P>() {
            true => i64::MAX,
            false => self.posts.middle() + longest,
        };
        let mut settled = until;
        for arrival in self.lists.all_arrivals() {
            if self.lists.arrivals[arrival].settled < wanted.min(until) {
                self.settle(arrival, until);
            }
            settled = settled.min(self.lists.arrivals[arrival].settled);
        }
        self.posts.drop_until(settled - longest);
        self.signal.drop_until(settled);
    }
}
