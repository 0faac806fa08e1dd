//! The events that synapses have not seen yet, in their order.

use super::factors::{IntervalOf, RuleFactors, has_post_spikes, has_third_factor};
use super::history::{NEVER, PostHistory};
use super::lists::{Arrival, PlasticGroup};
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};
use super::signal::SignalHistory;

/// Memory for the evaluation of the synapses of an arrival.
pub(super) struct Scratch<P: Plasticity> {
    /// Spikes of a target, while they are visited.
    pub(super) path: Vec<u32>,
    /// The effects of the signal since the synapses were settled.
    pub(super) intervals: Vec<IntervalOf<P>>,
}

impl<P: Plasticity> Default for Scratch<P> {
    fn default() -> Self {
        Scratch {
            path: Vec::with_capacity(64),
            intervals: Vec::new(),
        }
    }
}

impl<P: Plasticity> Scratch<P> {
    /// Evaluates the signal between two steps.
    #[inline(always)]
    pub(super) fn evaluate(&mut self, rule: &P, signal: &SignalHistory<P>, span: (i64, i64)) {
        if has_third_factor::<P>() {
            self.intervals.clear();
            signal.intervals(rule, span, |interval| self.intervals.push(interval));
        }
    }
}

/// The last spike of a target that arrives at a synapse before a step.
pub(super) struct LastPost<S> {
    /// The step in which it was sent.
    pub(super) time: i64,
    /// The variables that it has left.
    pub(super) state: S,
    /// `true` if another one arrives in the step itself.
    pub(super) is_followed: bool,
}

/// The arrivals at synapses of one source and delay from the step in which they are settled on, up to
/// `now`.
pub(super) struct Unseen<'a, P: Plasticity> {
    pub(super) rule: &'a P,
    posts: &'a PostHistory<P::Target>,
    signal: &'a SignalHistory<P>,
    /// The effects of the signal.
    intervals: &'a [IntervalOf<P>],
    arrival: &'a Arrival<P::Source>,
    /// The dendritic part of the delay.
    dendritic: i64,
    /// The step up to which spikes of the targets have arrived by another delay.
    seen: i64,
    now: i64,
}

impl<'a, P: Plasticity> Unseen<'a, P> {
    /// The effects that the synapses of a group have not seen up to `now`. `intervals` has the effects of the signal since
    /// the arrival was settled.
    #[inline(always)]
    pub(super) fn new(
        rule: &'a P,
        (posts, signal): (&'a PostHistory<P::Target>, &'a SignalHistory<P>),
        intervals: &'a [IntervalOf<P>],
        arrival: &'a Arrival<P::Source>,
        group: PlasticGroup,
        now: i64,
    ) -> Unseen<'a, P> {
        Unseen {
            rule,
            posts,
            signal,
            intervals,
            arrival,
            dendritic: i64::from(group.dendritic),
            seen: group.seen,
            now,
        }
    }

    /// Lets everything change a synapse. Returns the last spike of its target that arrives before `now`.
    #[inline(always)]
    pub(super) fn replay(
        &self,
        target: usize,
        synapse: &mut SynapseState<P::Synapse>,
        path: &mut Vec<u32>,
    ) -> LastPost<P::Target> {
        let settled = self.arrival.settled;
        if !has_post_spikes::<P>() {
            return LastPost {
                time: NEVER,
                state: P::Target::default(),
                is_followed: false,
            };
        }
        let from = self.seen.max(settled - self.dendritic);
        let sent = (from, self.now - self.dendritic);
        let mut reached = settled;
        let (time, state) = self.posts.replay(target, sent, path, |spike| {
            let arrives = spike.time + self.dendritic;
            self.elapse(synapse, (reached, arrives));
            reached = arrives;
            let spike = PostSpike {
                source: Past::new(self.arrival.source, arrives - self.arrival.last),
                target: Past::new(spike.before, spike.time - spike.previous),
                follows_pre: spike.previous + self.dendritic <= self.arrival.last,
            };
            self.rule.post(synapse, spike);
        });
        self.elapse(synapse, (reached, self.now));
        LastPost {
            time,
            state,
            is_followed: reached == self.now && settled < self.now,
        }
    }

    /// Lets a pre-spike arrive at the synapses of the group: `source_before` is the source as its spike before has left
    /// it, `source_after` as this one does. Adds their contributions to `sums`.
    ///
    /// State that changes is passed in arguments of its own: the compiler knows that they do not overlap, without
    /// which the numbers of the rule would be read again for each synapse.
    #[inline(always)]
    pub(super) fn learn(
        &self,
        (source_before, source_after): (Past<P::Source>, &P::Source),
        path: &mut Vec<u32>,
        (base, targets): (usize, &[u16]),
        weights: &mut [f32],
        variables: &mut [P::Synapse],
        sums: &mut [f32],
    ) {
        for ((target, weight), variables) in targets.iter().zip(weights).zip(variables) {
            let index = usize::from(*target);
            self.pre(source_before, path, base + index, weight, variables);
            sums[index] += self.rule.transmitted(*weight, source_after);
        }
    }

    /// Lets a pre-spike arrive at one synapse.
    #[inline(always)]
    pub(super) fn pre(
        &self,
        source: Past<P::Source>,
        path: &mut Vec<u32>,
        target: usize,
        weight: &mut f32,
        variables: &mut P::Synapse,
    ) {
        let mut synapse = SynapseState {
            weight: *weight,
            variables: *variables,
        };
        let post = self.replay(target, &mut synapse, path);
        self.rule.pre(&mut synapse, self.pre_spike(source, post));
        (*weight, *variables) = (synapse.weight, synapse.variables);
    }

    /// The spike of the source that arrives in the step `now`, at a synapse whose target has fired last as `post`
    /// says.
    #[inline(always)]
    pub(super) fn pre_spike(
        &self,
        source: Past<P::Source>,
        post: LastPost<P::Target>,
    ) -> PreSpike<P> {
        PreSpike {
            source,
            // A spike that a shorter delay has brought can be later than those of the present delay.
            target: Past::new(post.state, (self.now - self.dendritic - post.time).max(0)),
            follows_post: post.time + self.dendritic > self.arrival.last,
            with_post: post.is_followed,
        }
    }

    /// Lets the signal between two steps change a synapse.
    #[inline(always)]
    fn elapse(&self, synapse: &mut SynapseState<P::Synapse>, span: (i64, i64)) {
        if !has_third_factor::<P>() {
            return;
        }
        if span == (self.arrival.settled, self.now) {
            for interval in self.intervals {
                P::Factors::elapse(self.rule, synapse, interval);
            }
            return;
        }
        self.signal.intervals(self.rule, span, |interval| {
            P::Factors::elapse(self.rule, synapse, &interval);
        });
    }
}
