//! Targets as the synapses of a shard see them in a step, if all have the same dendritic delay.

use super::history::{EARLIER, PostHistory};
use super::rule::{Past, Plasticity};

/// Steps from a spike to the end of an epoch; `Ago::MAX` for never, and for more.
pub(super) type Ago = u16;

/// The steps of an epoch.
const EPOCH: i64 = 1024;

/// The targets of a shard. Only those at whose synapses a spike arrives are looked up; times are counted back from the
/// end of an epoch, so that they stay as they are from one step to the next.
pub(super) struct PresentTargets<S> {
    /// The step and the dendritic delay for which they are evaluated.
    evaluated: Option<(i64, u16)>,
    /// The last step of the epoch.
    epoch: i64,
    pub(super) traces: Vec<f32>,
    /// Of the last spike that has arrived, the steps since it was sent.
    pub(super) last: Vec<Ago>,
    /// Of the spike before.
    pub(super) before: Vec<Ago>,
    /// Of those before.
    pub(super) earlier: Vec<[Ago; EARLIER]>,
    /// The variables that the last spikes have left, and the steps since they arrived.
    states: Vec<S>,
    steps: Vec<Ago>,
    /// Targets whose last spike arrives in this step.
    arriving: Vec<u32>,
    /// Targets that have fired, longer ago than is counted.
    silent: Vec<u32>,
    /// The number of the first spike in the history that has not arrived.
    coming: u32,
}

impl<S: Copy + Default> PresentTargets<S> {
    pub(super) fn new(targets: usize) -> PresentTargets<S> {
        PresentTargets {
            evaluated: None,
            epoch: 0,
            traces: vec![0.0; targets],
            last: vec![Ago::MAX; targets],
            before: vec![Ago::MAX; targets],
            earlier: vec![[Ago::MAX; EARLIER]; targets],
            states: vec![S::default(); targets],
            steps: vec![0; targets],
            arriving: Vec::with_capacity(targets),
            silent: Vec::with_capacity(targets),
            coming: 0,
        }
    }

    /// The steps from `now` to the end of the epoch.
    pub(super) fn remaining(&self, now: i64) -> Ago {
        Ago::try_from(self.epoch - now).unwrap_or(0)
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
        self.arriving.clear();
        match self.evaluated {
            Some((before, same))
                if same == dendritic && before < now && posts.keeps(self.coming) =>
            {
                if now > self.epoch {
                    self.begin_epoch(posts, now);
                }
                self.look_up_arrived(posts, now, dendritic);
            }
            _ => self.look_up_all(posts, now, dendritic),
        }
        self.evaluated = Some((now, dendritic));
        let arrives = self.remaining(now).saturating_add(dendritic);
        for (steps, last) in self.steps.iter_mut().zip(&self.last) {
            *steps = last.saturating_sub(arrives);
        }
        rule.target_traces(&self.states, &self.steps, &mut self.traces);
        self.trace_singly(rule, posts, now - i64::from(dendritic));
    }

    /// Counts times from the end of the next epoch, whose first step is `now`.
    #[cold]
    fn begin_epoch(&mut self, posts: &PostHistory<S>, now: i64) {
        let later = now + EPOCH - self.epoch;
        self.epoch += later;
        let later = Ago::try_from(later).unwrap_or(Ago::MAX);
        let times = self.last.iter_mut().chain(&mut self.before);
        for time in times.chain(self.earlier.as_flattened_mut()) {
            *time = time.saturating_add(later);
        }
        self.list_silent(posts);
    }

    /// Looks up the targets whose spikes have arrived since the step before.
    fn look_up_arrived(&mut self, posts: &PostHistory<S>, now: i64, dendritic: u16) {
        let arrives = now - i64::from(dendritic);
        let arriving = self.remaining(now).saturating_add(dendritic);
        while let Some(target) = posts.target_of(self.coming, arrives) {
            self.coming = self.coming.wrapping_add(1);
            let is_listed = self.last[target] == arriving;
            if self.look_up(posts, target, arrives) && !is_listed {
                self.arriving.push(target as u32);
            }
        }
    }

    #[cold]
    fn look_up_all(&mut self, posts: &PostHistory<S>, now: i64, dendritic: u16) {
        let arrives = now - i64::from(dendritic);
        self.epoch = now + EPOCH;
        self.coming = posts.first_after(arrives);
        for target in 0..self.traces.len() {
            if self.look_up(posts, target, arrives) {
                self.arriving.push(target as u32);
            }
        }
        self.list_silent(posts);
    }

    /// Looks up the spikes of a target up to the step `arrives`. Returns `true` if one is of that step.
    fn look_up(&mut self, posts: &PostHistory<S>, target: usize, arrives: i64) -> bool {
        let ago = |time| Ago::try_from(self.epoch - time).unwrap_or(Ago::MAX);
        let ([last, before], earlier, state) = posts.last_times(target, arrives);
        (self.last[target], self.before[target]) = (ago(last), ago(before));
        self.earlier[target] = earlier.map(ago);
        self.states[target] = state;
        last == arrives
    }

    /// Lists the targets that are silent, but for those that have not fired: the trace of these is the same in all steps.
    fn list_silent(&mut self, posts: &PostHistory<S>) {
        self.silent.clear();
        for (target, last) in self.last.iter().enumerate() {
            if *last == Ago::MAX && posts.has_fired(target) {
                self.silent.push(target as u32);
            }
        }
    }

    /// Evaluates the traces of which the steps since the last spike say too little: those that are older than is counted,
    /// and those before a spike that arrives in this step.
    fn trace_singly<P: Plasticity<Target = S>>(
        &mut self,
        rule: &P,
        posts: &PostHistory<S>,
        arrives: i64,
    ) {
        let silent = self.silent.iter().map(|target| (target, arrives));
        let arriving = self.arriving.iter().map(|target| (target, arrives - 1));
        for (target, to) in silent.chain(arriving) {
            let target = *target as usize;
            let ([time, _], _, state) = posts.last_times(target, to);
            self.traces[target] = rule.target_trace(Past::new(state, arrives - time));
        }
    }
}
