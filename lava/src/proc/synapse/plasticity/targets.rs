//! Targets as the synapses of a shard see them in a step, if all have the same dendritic delay.

use super::history::{EARLIER, PostHistory};
use super::rule::{Past, Plasticity};

/// Steps; `Ago::MAX` for never, and for what was longer ago.
pub(super) type Ago = u16;

/// A target, in as few bytes as a synapse reads of most.
#[derive(Clone, Copy, Debug)]
#[repr(align(8))]
pub(super) struct PresentTarget {
    /// Its trace.
    pub(super) trace: f32,
    /// Steps since its last spike that has arrived was sent.
    pub(super) last: Ago,
    /// Steps since the spike before was sent; 0 if the last one arrives in this step.
    pub(super) before: Ago,
}

/// The targets of a shard. From one step to the next they grow older, and only those at whose synapses a spike arrives
/// are looked up.
pub(super) struct PresentTargets<S> {
    /// The step and the dendritic delay for which they are evaluated.
    evaluated: Option<(i64, u16)>,
    pub(super) targets: Vec<PresentTarget>,
    /// Steps since the last two spikes that have arrived were sent, the last first.
    pub(super) last: Vec<[Ago; 2]>,
    /// Steps since those before.
    pub(super) earlier: Vec<[Ago; EARLIER]>,
    /// The variables that the last spikes have left, the steps since they arrived, and the traces.
    states: Vec<S>,
    steps: Vec<Ago>,
    traces: Vec<f32>,
    /// The number of the first spike in the history that has not arrived.
    coming: u32,
}

impl<S: Copy + Default> PresentTargets<S> {
    pub(super) fn new(targets: usize) -> PresentTargets<S> {
        let target = PresentTarget {
            trace: 0.0,
            last: Ago::MAX,
            before: Ago::MAX,
        };
        PresentTargets {
            evaluated: None,
            targets: vec![target; targets],
            last: vec![[Ago::MAX; 2]; targets],
            earlier: vec![[Ago::MAX; EARLIER]; targets],
            states: vec![S::default(); targets],
            steps: vec![0; targets],
            traces: vec![0.0; targets],
            coming: 0,
        }
    }

    /// Evaluates the targets in the step `now`, by a rule that has traces.
    #[inline(always)]
    pub(super) fn evaluate<P: Plasticity<Target = S>>(
        &mut self,
        rule: &P,
        posts: &PostHistory<S>,
        now: i64,
        dendritic: u16,
    ) {
        if self.evaluated == Some((now - 1, dendritic)) {
            self.grow_older();
            self.look_up_arrived(posts, now, dendritic);
        } else {
            self.look_up_all(posts, now, dendritic);
        }
        self.evaluated = Some((now, dendritic));
        for (steps, [last, _]) in self.steps.iter_mut().zip(&self.last) {
            *steps = last.saturating_sub(dendritic);
        }
        rule.target_traces(&self.states, &self.steps, &mut self.traces);
        if self.last.iter().any(|[last, _]| *last == Ago::MAX) {
            self.trace_long_ago(rule, posts, now - i64::from(dendritic));
        }
        let traces = self.targets.iter_mut().zip(&self.traces);
        for ((target, trace), [last, before]) in traces.zip(&self.last) {
            *target = PresentTarget {
                trace: *trace,
                last: *last,
                before: if *last > dendritic { *before } else { 0 },
            };
        }
    }

    #[inline(always)]
    fn grow_older(&mut self) {
        for ago in self.last.as_flattened_mut() {
            *ago = ago.saturating_add(1);
        }
        for ago in self.earlier.as_flattened_mut() {
            *ago = ago.saturating_add(1);
        }
    }

    /// Looks up the targets whose spikes arrive in this step.
    fn look_up_arrived(&mut self, posts: &PostHistory<S>, now: i64, dendritic: u16) {
        let arrives = now - i64::from(dendritic);
        while let Some(target) = posts.target_of(self.coming, arrives) {
            self.coming = self.coming.wrapping_add(1);
            self.look_up(posts, target, (now, arrives));
        }
    }

    fn look_up_all(&mut self, posts: &PostHistory<S>, now: i64, dendritic: u16) {
        let arrives = now - i64::from(dendritic);
        self.coming = posts.first_after(arrives);
        for target in 0..self.targets.len() {
            self.look_up(posts, target, (now, arrives));
        }
    }

    fn look_up(&mut self, posts: &PostHistory<S>, target: usize, (now, arrives): (i64, i64)) {
        let ago = |time| Ago::try_from(now - time).unwrap_or(Ago::MAX);
        let (last, earlier, state) = posts.last_times(target, arrives);
        self.last[target] = last.map(ago);
        self.earlier[target] = earlier.map(ago);
        self.states[target] = state;
    }

    /// Evaluates the traces that last spikes have left longer ago than is counted, or none.
    fn trace_long_ago<P: Plasticity<Target = S>>(
        &mut self,
        rule: &P,
        posts: &PostHistory<S>,
        arrives: i64,
    ) {
        for target in 0..self.targets.len() {
            if self.last[target][0] == Ago::MAX {
                let ([time, _], _, state) = posts.last_times(target, arrives);
                self.traces[target] = rule.target_trace(Past::new(state, arrives - time));
            }
        }
    }
}
