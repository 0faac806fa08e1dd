//! Neurons as many synapses see them in a step: the traces of a rule of pairs are evaluated once, not at each synapse,
//! and synapses are changed some at a time, which the compiler turns into vectors.

use super::factors::{has_post_spikes, has_third_factor};
use super::history::PostHistory;
use super::lists::{Arrival, PlasticGroup};
use super::rule::{Past, Plasticity};
use super::unseen::Unseen;

/// Synapses that are changed together.
const TOGETHER: usize = 64;
/// The longest interval between two spikes of a source, in steps, for which its trace is evaluated in advance.
const LONGEST: usize = 4096;
/// Unseen spikes of a target that are handled together with those of others.
const SPIKES: usize = 3;

/// Synapses that a pre-spike reaches, and the traces by which they change: for rules to which a post-spike is the
/// trace of the source, and a pre-spike the trace of the target.
#[derive(Debug)]
pub struct TraceBlock {
    weights: [f32; TOGETHER],
    /// Steps since the last post-spikes, the earliest first.
    ago: [[u32; TOGETHER]; SPIKES],
    /// The traces of the source when they arrived.
    sources: [[f32; TOGETHER]; SPIKES],
    /// The traces of the targets.
    targets: [f32; TOGETHER],
    /// Post-spikes of fewer steps ago change the synapses.
    unseen: u32,
}

impl TraceBlock {
    fn new() -> TraceBlock {
        TraceBlock {
            weights: [0.0; TOGETHER],
            ago: [[u32::MAX; TOGETHER]; SPIKES],
            sources: [[0.0; TOGETHER]; SPIKES],
            targets: [0.0; TOGETHER],
            unseen: 0,
        }
    }

    /// Changes the weights: `post` by the trace of the source at each post-spike, and then `pre` by that of the target.
    #[inline(always)]
    pub(super) fn learn(&mut self, post: impl Fn(f32, f32) -> f32, pre: impl Fn(f32, f32) -> f32) {
        for synapse in 0..TOGETHER {
            let mut weight = self.weights[synapse];
            for spike in 0..SPIKES {
                let changed = post(weight, self.sources[spike][synapse]);
                let is_unseen = self.ago[spike][synapse] < self.unseen;
                weight = if is_unseen { changed } else { weight };
            }
            self.weights[synapse] = pre(weight, self.targets[synapse]);
        }
    }
}

/// A target in the present step.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct PresentTarget {
    /// Steps since its last spikes that have arrived, the last first; `u16::MAX` if there are none, or that were longer
    /// ago.
    ago: [u16; SPIKES + 1],
    /// Its trace.
    trace: f32,
}

/// The targets of a shard, and the source whose spike arrives.
pub(super) struct Present {
    /// The dendritic delay after which the targets are seen here; 0 if they are not in the present step.
    dendritic: u16,
    targets: Vec<PresentTarget>,
    /// The trace of the source 0, 1, 2, … steps after its last spike.
    source: Box<[f32; LONGEST]>,
    /// Steps since that spike; `None` if `source` is of no use.
    interval: Option<u32>,
    block: Box<TraceBlock>,
}

impl Present {
    /// Neurons of which nothing is evaluated yet, with room for all targets: a step allocates nothing.
    pub(super) fn new(targets: usize) -> Present {
        Present {
            dendritic: 0,
            targets: Vec::with_capacity(targets),
            source: Box::new([0.0; LONGEST]),
            interval: None,
            block: Box::new(TraceBlock::new()),
        }
    }

    /// Evaluates the targets in the step `now`, if that pays for the number of `synapses` that are visited in it.
    /// `dendritic` is the dendritic delay, if all synapses have the same.
    #[inline(always)]
    pub(super) fn evaluate_targets<P: Plasticity>(
        &mut self,
        rule: &P,
        posts: &PostHistory<P::Target>,
        now: i64,
        dendritic: Option<u16>,
        synapses: usize,
    ) {
        self.dendritic = 0;
        if has_third_factor::<P>() || !has_post_spikes::<P>() || synapses < posts.targets() {
            return;
        }
        let Some(dendritic) = dendritic else { return };
        let arrives = now - i64::from(dendritic);
        self.targets.clear();
        for target in 0..posts.targets() {
            let (times, after) = posts.last_times(target, arrives);
            let Some(trace) = rule.target_trace(Past::new(after, arrives - times[0])) else {
                return;
            };
            self.targets.push(PresentTarget {
                ago: times.map(|time| u16::try_from(now - time).unwrap_or(u16::MAX)),
                trace,
            });
        }
        self.dendritic = dendritic;
    }

    /// Evaluates a source for a spike that arrives in the step `now` at a number of `synapses`, if the targets are
    /// evaluated.
    #[inline(always)]
    pub(super) fn evaluate_source<P: Plasticity>(
        &mut self,
        rule: &P,
        arrival: &Arrival<P::Source>,
        now: i64,
        synapses: usize,
    ) {
        self.interval = None;
        /// Steps whose trace costs less than what a synapse saves by it.
        const STEPS: usize = 16;
        let interval = now - arrival.last;
        if self.dendritic == 0 || interval >= LONGEST.min(STEPS * synapses) as i64 {
            return;
        }
        let traces = &mut self.source[..=interval as usize];
        if rule.source_traces(arrival.source, traces) {
            self.interval = Some(interval as u32);
        }
    }

    /// The synapses of a group as they see source and targets; `None` if these are not evaluated for them.
    #[inline(always)]
    pub(super) fn of<S>(
        &mut self,
        group: PlasticGroup,
        arrival: &Arrival<S>,
        now: i64,
    ) -> Option<PresentGroup<'_>> {
        let is_evaluated = group.dendritic == self.dendritic;
        let interval = self.interval.filter(|_| is_evaluated)?;
        let dendritic = u32::from(group.dendritic);
        let from = group.seen.max(arrival.settled - i64::from(group.dendritic));
        self.block.unseen = u16::try_from(now - from).ok()?.into();
        Some(PresentGroup {
            targets: &self.targets[group.base()..],
            source: &self.source,
            interval: interval + dendritic,
            dendritic,
            block: &mut self.block,
        })
    }
}

/// Neurons as the synapses of a group see them.
pub(super) struct PresentGroup<'a> {
    targets: &'a [PresentTarget],
    source: &'a [f32; LONGEST],
    /// Steps since a spike of a target was sent that has arrived together with the last one of the source.
    interval: u32,
    dendritic: u32,
    block: &'a mut TraceBlock,
}

impl PresentGroup<'_> {
    /// Lets a pre-spike arrive, as [`Unseen::learn`] does, with the same results.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "state that changes is passed in arguments of its own"
    )]
    pub(super) fn learn<P: Plasticity>(
        &mut self,
        unseen: &Unseen<'_, P>,
        (before, after): (Past<P::Source>, &P::Source),
        path: &mut Vec<u32>,
        (base, targets): (usize, &[u16]),
        weights: &mut [f32],
        variables: &mut [P::Synapse],
        sums: &mut [f32],
    ) {
        let rule = unseen.rule;
        let blocks = targets.chunks(TOGETHER).zip(weights.chunks_mut(TOGETHER));
        for ((targets, weights), variables) in blocks.zip(variables.chunks_mut(TOGETHER)) {
            let mut others = [0; TOGETHER];
            let count = self.gather(targets, weights, &mut others);
            rule.learn_traces(self.block);
            for &number in &others[..count] {
                let target = base + usize::from(targets[number]);
                unseen.pre(
                    before,
                    path,
                    target,
                    &mut weights[number],
                    &mut variables[number],
                );
                self.block.weights[number] = weights[number];
            }
            let learnt = weights.iter_mut().zip(&self.block.weights);
            for (target, (weight, learnt)) in targets.iter().zip(learnt) {
                *weight = *learnt;
                sums[usize::from(*target)] += rule.transmitted(*learnt, after);
            }
        }
    }

    /// Collects what changes some synapses. Lists those that more unseen post-spikes change, or one that arrives in
    /// this step, in `others`, and returns their number.
    #[inline(always)]
    fn gather(
        &mut self,
        targets: &[u16],
        weights: &[f32],
        others: &mut [usize; TOGETHER],
    ) -> usize {
        let block = &mut *self.block;
        let unseen = block.unseen;
        let mut count = 0;
        for (number, (target, weight)) in targets.iter().zip(weights).enumerate() {
            let number = number % TOGETHER;
            let PresentTarget { ago, trace } = self.targets[usize::from(*target)];
            let [last, before, second, earlier] = ago.map(u32::from);
            others[count % TOGETHER] = number;
            count += usize::from((earlier < unseen) | (last <= self.dendritic));
            block.weights[number] = *weight;
            block.targets[number] = trace;
            for (spike, ago) in [second, before, last].into_iter().enumerate() {
                block.ago[spike][number] = ago;
                let elapsed = self.interval.wrapping_sub(ago) as usize % LONGEST;
                block.sources[spike][number] = self.source[elapsed];
            }
        }
        count
    }
}
