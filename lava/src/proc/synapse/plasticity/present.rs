//! Neurons as many synapses see them in a step: the traces of a rule of pairs are evaluated once, not at each synapse,
//! and synapses are changed some at a time, which the compiler turns into vectors.

use super::factors::{has_post_spikes, has_third_factor};
use super::history::{EARLIER, PostHistory};
use super::lists::{Arrival, PlasticGroup};
use super::rule::{Past, Plasticity};
use super::targets::{Ago, PresentTargets};
use super::unseen::Unseen;

/// Synapses that are changed together.
const TOGETHER: usize = 64;
/// The longest interval between two spikes of a source, in steps, for which its trace is evaluated in advance.
const LONGEST: usize = 4096;

/// Synapses that a pre-spike reaches, and the traces by which they change: for rules to which a post-spike is the
/// trace of the source, and a pre-spike the trace of the target.
#[derive(Debug)]
pub struct TraceBlock {
    weights: [f32; TOGETHER],
    /// The traces of the source when the last post-spikes arrived; not a number where there is none that is unseen.
    sources: [f32; TOGETHER],
    /// The traces of the targets.
    targets: [f32; TOGETHER],
    /// The traces of the source at unseen post-spikes before the last, each with its synapse, the earliest first.
    earlier: [(u32, f32); EARLIER * TOGETHER],
    earlier_count: usize,
}

impl TraceBlock {
    fn new() -> TraceBlock {
        TraceBlock {
            weights: [0.0; TOGETHER],
            sources: [f32::NAN; TOGETHER],
            targets: [0.0; TOGETHER],
            earlier: [(0, 0.0); EARLIER * TOGETHER],
            earlier_count: 0,
        }
    }

    /// Changes the weights: `post` by the trace of the source at each post-spike, and then `pre` by that of the target.
    #[inline(always)]
    pub(super) fn learn(&mut self, post: impl Fn(f32, f32) -> f32, pre: impl Fn(f32, f32) -> f32) {
        for &(synapse, source) in &self.earlier[..self.earlier_count] {
            let weight = &mut self.weights[synapse as usize % TOGETHER];
            *weight = post(*weight, source);
        }
        for synapse in 0..TOGETHER {
            let (before, source) = (self.weights[synapse], self.sources[synapse]);
            let changed = post(before, source);
            let weight = if source.is_nan() { before } else { changed };
            self.weights[synapse] = pre(weight, self.targets[synapse]);
        }
    }

    #[inline(always)]
    fn push_earlier(&mut self, synapse: usize, source: f32) {
        self.earlier[self.earlier_count] = (synapse as u32, source);
        self.earlier_count += 1;
    }
}

/// The targets of a shard, and the source whose spike arrives.
pub(super) struct Present<S> {
    targets: PresentTargets<S>,
    /// The dendritic delay after which the targets are seen here; 0 if they are not in the present step.
    dendritic: u16,
    /// The trace of the source 0, 1, 2, … steps after its last spike; not a number in steps whose post-spikes are in
    /// the weights, and at the end.
    source: Box<[f32; LONGEST + 1]>,
    /// Steps since that spike; `None` if `source` is of no use.
    interval: Option<u32>,
    block: Box<TraceBlock>,
}

impl<S: Copy + Default> Present<S> {
    /// Neurons of which nothing is evaluated yet, with room for all targets: a step allocates nothing.
    pub(super) fn new(targets: usize) -> Present<S> {
        Present {
            targets: PresentTargets::new(targets),
            dendritic: 0,
            source: Box::new([f32::NAN; LONGEST + 1]),
            interval: None,
            block: Box::new(TraceBlock::new()),
        }
    }

    /// Evaluates the targets in the step `now`, if that pays for the number of `synapses` that are visited in it.
    /// `dendritic` is the dendritic delay, if all synapses have the same.
    #[inline(always)]
    pub(super) fn evaluate_targets<P: Plasticity<Target = S>>(
        &mut self,
        rule: &P,
        posts: &PostHistory<S>,
        now: i64,
        dendritic: Option<u16>,
        synapses: usize,
    ) {
        /// Synapses of which one costs more, if the targets are not evaluated, than this number of targets.
        const TARGETS: usize = 16;
        self.dendritic = 0;
        let pays = TARGETS * synapses >= posts.targets();
        if has_third_factor::<P>() || !has_post_spikes::<P>() || !pays {
            return;
        }
        if let Some(dendritic) = dendritic.filter(|_| rule.has_traces()) {
            self.targets.evaluate(rule, posts, now, dendritic);
            self.dendritic = dendritic;
        }
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
        rule.source_traces(arrival.source, traces);
        traces[..=(arrival.settled - arrival.last) as usize].fill(f32::NAN);
        self.interval = Some(interval as u32);
    }

    /// The synapses of a group as they see source and targets; `None` if these are not evaluated for them.
    #[inline(always)]
    pub(super) fn of<Source>(
        &mut self,
        group: PlasticGroup,
        arrival: &Arrival<Source>,
        now: i64,
    ) -> Option<PresentGroup<'_>> {
        let from = arrival.settled - i64::from(group.dendritic);
        let is_evaluated = group.dendritic == self.dendritic && group.seen <= from;
        let interval = self.interval.filter(|_| is_evaluated)?;
        let (targets, first) = (&self.targets, group.base());
        let remaining = targets.remaining(now);
        Some(PresentGroup {
            traces: &targets.traces[first..],
            last: &targets.last[first..],
            before: &targets.before[first..],
            earlier: &targets.earlier[first..],
            source: &self.source,
            interval: interval + u32::from(group.dendritic) + u32::from(remaining),
            unseen: Ago::try_from(now - from + i64::from(remaining)).ok()?,
            block: &mut self.block,
        })
    }
}

/// Neurons as the synapses of a group see them.
pub(super) struct PresentGroup<'a> {
    traces: &'a [f32],
    last: &'a [Ago],
    before: &'a [Ago],
    earlier: &'a [[Ago; EARLIER]],
    source: &'a [f32; LONGEST + 1],
    /// Of a spike of a target that has arrived together with the last one of the source.
    interval: u32,
    /// Post-spikes for which there are fewer steps than this change the synapses.
    unseen: Ago,
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
            let count = self.gather(targets, &mut others);
            let count = self.gather_earlier(targets, &mut others, count);
            copy(&mut self.block.weights, weights);
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
            copy(weights, &self.block.weights);
            for (target, weight) in targets.iter().zip(&*weights) {
                sums[usize::from(*target)] += rule.transmitted(*weight, after);
            }
        }
    }

    /// Collects the traces by which some synapses change. Lists those that several unseen post-spikes change in
    /// `several`, and returns their number.
    ///
    /// A function of its own, whose values all have a register.
    #[inline(never)]
    fn gather(&mut self, targets: &[u16], several: &mut [usize; TOGETHER]) -> usize {
        let traces = self.traces;
        let (last, before) = (&self.last[..traces.len()], &self.before[..traces.len()]);
        let (source, block) = (self.source, &mut *self.block);
        let (interval, unseen) = (self.interval, self.unseen);
        let mut count = 0;
        for (number, target) in targets.iter().enumerate() {
            let number = number % TOGETHER;
            let target = usize::from(*target);
            several[count % TOGETHER] = number;
            count += usize::from(before[target] < unseen);
            block.targets[number] = traces[target];
            block.sources[number] = source[elapsed(interval, last[target])];
        }
        count
    }

    /// Collects the earlier post-spikes of the first `count` synapses in `several`. Keeps those in the list that more of
    /// them change, and returns their number.
    ///
    /// A function of its own, as `gather` is.
    #[inline(never)]
    fn gather_earlier(
        &mut self,
        targets: &[u16],
        several: &mut [usize; TOGETHER],
        count: usize,
    ) -> usize {
        self.block.earlier_count = 0;
        let mut others = 0;
        for index in 0..count {
            let number = several[index];
            let target = usize::from(targets[number]);
            let (before, earlier) = (self.before[target], &self.earlier[target]);
            if earlier[EARLIER - 1] < self.unseen {
                several[others] = number;
                others += 1;
                continue;
            }
            let is_unseen = |ago: &Ago| usize::from(*ago < self.unseen);
            let unseen: usize = earlier.iter().map(is_unseen).sum();
            for ago in earlier[..unseen].iter().rev() {
                let source = self.source[elapsed(self.interval, *ago)];
                self.block.push_earlier(number, source);
            }
            let source = self.source[elapsed(self.interval, before)];
            self.block.push_earlier(number, source);
        }
        others
    }
}

/// The steps between the last spike of a source and one of a target; [`LONGEST`] if that was the earlier.
#[inline(always)]
fn elapsed(interval: u32, ago: Ago) -> usize {
    (interval.wrapping_sub(u32::from(ago)) as usize).min(LONGEST)
}

/// Copies as many weights as both have: mostly those of a whole block, whose number the compiler knows.
#[inline(always)]
fn copy(to: &mut [f32], from: &[f32]) {
    match (
        to.first_chunk_mut::<TOGETHER>(),
        from.first_chunk::<TOGETHER>(),
    ) {
        (Some(to), Some(from)) => *to = *from,
        _ => {
            let common = to.len().min(from.len());
            to[..common].copy_from_slice(&from[..common]);
        }
    }
}
