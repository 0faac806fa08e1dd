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
    /// Steps since the spike before was sent.
    pub(super) before: Ago,
}

/// The targets of a shard. From one step to the next they grow older, and only those at whose synapses a spike arrives
/// are looked up.
pub(super) struct PresentTargets<S> {
    /// The step and the dendritic delay for which they are evaluated.
    evaluated: Option<(i64, u16)>,
    pub(super) targets: Vec<PresentTarget>,
    /// Steps since the last two spikes that have arrived were sent, the last first.
    last: Vec<[Ago; 2]>,
    /// Steps since those before.
    pub(super) earlier: Vec<[Ago; EARLIER]>,
    /// The variables that the last spikes have left, the steps since they arrived, and the traces.
    states: Vec<S>,
    steps: Vec<Ago>,
    traces: Vec<f32>,
    /// Targets whose last spike arrives in this step.
    arriving: Vec<u32>,
    /// Targets that may have fired longer ago than is counted, up to the step `silent_until`.
    silent: Vec<u32>,
    silent_until: i64,
    /// The number of the first spike in the history that has not arrived.
    coming: u32,
}

/// The steps for which silent targets are listed.
const LISTED: Ago = 4096;

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
            arriving: Vec::with_capacity(targets),
            silent: Vec::with_capacity(targets),
            silent_until: 0,
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
        self.arriving.clear();
        match self.evaluated {
            Some((before, same))
                if same == dendritic && before < now && posts.keeps(self.coming) =>
            {
                self.grow_older(Ago::try_from(now - before).unwrap_or(Ago::MAX));
                self.look_up_arrived(posts, now, dendritic);
            }
            _ => self.look_up_all(posts, now, dendritic),
        }
        self.evaluated = Some((now, dendritic));
        for (steps, [last, _]) in self.steps.iter_mut().zip(&self.last) {
            *steps = last.saturating_sub(dendritic);
        }
        rule.target_traces(&self.states, &self.steps, &mut self.traces);
        self.trace_singly(rule, posts, now - i64::from(dendritic));
        let traces = self.targets.iter_mut().zip(&self.traces);
        for ((target, trace), [last, before]) in traces.zip(&self.last) {
            *target = PresentTarget {
                trace: *trace,
                last: *last,
                before: *before,
            };
        }
    }

    #[inline(always)]
    fn grow_older(&mut self, steps: Ago) {
        for ago in self.last.as_flattened_mut() {
            *ago = ago.saturating_add(steps);
        }
        for ago in self.earlier.as_flattened_mut() {
            *ago = ago.saturating_add(steps);
        }
    }

    /// Looks up the targets whose spikes have arrived since the step before.
    fn look_up_arrived(&mut self, posts: &PostHistory<S>, now: i64, dendritic: u16) {
        let arrives = now - i64::from(dendritic);
        while let Some(target) = posts.target_of(self.coming, arrives) {
            self.coming = self.coming.wrapping_add(1);
            let is_listed = self.last[target][0] == dendritic;
            if self.look_up(posts, target, (now, arrives)) && !is_listed {
                self.arriving.push(target as u32);
            }
        }
        if now >= self.silent_until {
            self.list_silent(posts, now);
        }
    }

    fn look_up_all(&mut self, posts: &PostHistory<S>, now: i64, dendritic: u16) {
        let arrives = now - i64::from(dendritic);
        self.coming = posts.first_after(arrives);
        for target in 0..self.targets.len() {
            if self.look_up(posts, target, (now, arrives)) {
                self.arriving.push(target as u32);
            }
        }
        self.list_silent(posts, now);
    }

    /// Looks up a target. Returns `true` if a spike of it arrives in this step.
    fn look_up(
        &mut self,
        posts: &PostHistory<S>,
        target: usize,
        (now, arrives): (i64, i64),
    ) -> bool {
        let ago = |time| Ago::try_from(now - time).unwrap_or(Ago::MAX);
        let (last, earlier, state) = posts.last_times(target, arrives);
        self.last[target] = last.map(ago);
        self.earlier[target] = earlier.map(ago);
        self.states[target] = state;
        last[0] == arrives
    }

    /// Lists the targets that are silent, but for those that have not fired: the trace of these is the same in all steps.
    #[cold]
    fn list_silent(&mut self, posts: &PostHistory<S>, now: i64) {
        self.silent.clear();
        for (target, [last, _]) in self.last.iter().enumerate() {
            if *last >= Ago::MAX - LISTED && posts.has_fired(target) {
                self.silent.push(target as u32);
            }
        }
        self.silent_until = now + i64::from(LISTED);
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
