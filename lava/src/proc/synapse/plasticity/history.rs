//! The spikes of the targets that synapses have not seen yet.

use super::rule::{Past, Plasticity};

/// The step of the last spike of a target that has not fired: before that of a source.
pub(super) const NEVER: i64 = i64::MIN / 2;

/// A spike of a target.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetSpike<S> {
    /// The step in which the target has fired.
    pub(super) time: i64,
    /// The step of the target's spike before.
    pub(super) previous: i64,
    /// The variables that the spike before has left.
    pub(super) before: S,
    /// The number of the spike before.
    link: u32,
}

/// The last spike of a target, in half a line of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Latest<S> {
    spike: TargetSpike<S>,
    /// The variables that it has left.
    after: S,
    /// Its number.
    number: u32,
}

/// The spikes of all targets in the order of time, in a ring, of which each knows the spike before of its
/// target. Spikes that every synapse has seen are dropped.
#[derive(Clone, Debug)]
pub(super) struct PostHistory<S> {
    latest: Vec<Latest<S>>,
    /// The steps of the spikes before the last two of each target, the last first.
    earlier: Vec<[i64; EARLIER]>,
    /// Spikes by their number, modulo the length, which is a power of two.
    ring: Vec<TargetSpike<S>>,
    /// Their targets.
    targets: Vec<u32>,
    /// The number of the earliest spike that is kept, and that of the next spike.
    first: u32,
    next: u32,
}

/// Spikes before the last two of a target whose steps are at hand.
pub(super) const EARLIER: usize = 6;
/// Spikes of a target for which there is room at first.
const SPIKES: usize = 8;

/// The last spike of a target, in a snapshot: its step and that of the spike before, and the variables that
/// that and it have left.
pub(super) type LatestSpike<S> = (i64, i64, S, S);

/// A spike in a snapshot: its step and its target; the step of the spike before, and the variables that that
/// has left.
pub(super) type SeenSpike<S> = ((i64, u32), (i64, S));

impl<S: Copy + Default> PostHistory<S> {
    pub(super) fn new(targets: usize) -> PostHistory<S> {
        let never = TargetSpike {
            time: NEVER,
            previous: NEVER,
            before: S::default(),
            link: 0,
        };
        let latest = Latest {
            spike: never,
            after: S::default(),
            number: 0,
        };
        let room = (targets * SPIKES).next_power_of_two().max(256);
        PostHistory {
            latest: vec![latest; targets],
            earlier: vec![[NEVER; EARLIER]; targets],
            ring: vec![never; room],
            targets: vec![0; room],
            first: 0,
            next: 0,
        }
    }

    /// Returns `true` if there is no room for another spike.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.len() == self.ring.len()
    }

    /// The number of targets.
    pub(super) fn targets(&self) -> usize {
        self.latest.len()
    }

    fn len(&self) -> usize {
        self.next.wrapping_sub(self.first) as usize
    }

    /// Returns `true` if a target has fired.
    pub(super) fn has_fired(&self, target: usize) -> bool {
        self.latest[target].spike.time != NEVER
    }

    /// The last spike of a target.
    pub(super) fn latest(&self, target: usize) -> LatestSpike<S> {
        let Latest { spike, after, .. } = self.latest[target];
        (spike.time, spike.previous, spike.before, after)
    }

    /// The steps of the last two spikes of a target in the steps up to `to`, the last first, and of those before; and the
    /// variables that the last has left. Spikes that every synapse has seen may be missing; of those that are not known,
    /// the last that is known has the place.
    pub(super) fn last_times(&self, target: usize, to: i64) -> ([i64; 2], [i64; EARLIER], S) {
        let latest = &self.latest[target];
        let TargetSpike { time, previous, .. } = latest.spike;
        let mut earlier = self.earlier[target];
        if time <= to {
            return ([time, previous], earlier, latest.after);
        }
        if previous <= to {
            let before = earlier[0];
            earlier.copy_within(1.., 0);
            return ([previous, before], earlier, latest.spike.before);
        }
        let (time, state) = self.last_before_others(target, to);
        ([time; 2], [time; EARLIER], state)
    }

    /// The step of the last spike of a target in the steps up to `to`, whose last two are of later steps, and the variables
    /// that it has left.
    fn last_before_others(&self, target: usize, to: i64) -> (i64, S) {
        let mut spike = &self.latest[target].spike;
        while spike.previous > to {
            spike = self.spike(spike.link);
        }
        (spike.previous, spike.before)
    }

    /// The spikes of a target in the steps after `from`, the last first.
    pub(super) fn recent(&self, target: usize, from: i64) -> impl Iterator<Item = &TargetSpike<S>> {
        let last = &self.latest[target].spike;
        let next =
            move |spike: &&TargetSpike<S>| (spike.previous > from).then(|| self.spike(spike.link));
        std::iter::successors((last.time > from).then_some(last), next)
    }

    /// Takes spikes that were saved: the last of each target, and, by step, all of those after the step that `seen`
    /// has for it. Returns `None` if a spike is missing, or has another step.
    pub(super) fn restored(
        latest: &[LatestSpike<S>],
        spikes: &[SeenSpike<S>],
        seen: &[i64],
    ) -> Option<PostHistory<S>> {
        let mut history = PostHistory::new(latest.len());
        let never = history.ring[0];
        let room = (2 * spikes.len()).next_power_of_two();
        history.ring.resize(room.max(history.ring.len()), never);
        history.targets.resize(history.ring.len(), 0);
        let mask = history.ring.len() - 1;
        for (number, &((time, target), (previous, before))) in (0..).zip(spikes) {
            let latest = history.latest.get_mut(target as usize)?;
            let seen = seen[target as usize];
            if previous >= time || previous > seen && previous != latest.spike.time {
                return None;
            }
            let link = latest.number;
            add_earlier(&mut history.earlier[target as usize], latest.spike.previous);
            latest.number = number;
            latest.spike = TargetSpike {
                time,
                previous,
                before,
                link,
            };
            history.ring[number as usize & mask] = latest.spike;
            history.targets[number as usize & mask] = target;
            history.next = number + 1;
        }
        let saved = latest.iter().zip(seen);
        for (own, (&(time, previous, before, after), seen)) in history.latest.iter_mut().zip(saved)
        {
            own.after = after;
            if own.spike.time == NEVER && time <= *seen {
                own.spike = TargetSpike {
                    time,
                    previous,
                    before,
                    ..never
                };
            } else if own.spike.time != time {
                return None;
            }
        }
        Some(history)
    }

    /// The step of the spike in the middle.
    pub(super) fn middle(&self) -> i64 {
        self.spike(self.first.wrapping_add(self.len() as u32 / 2))
            .time
    }

    /// Drops spikes of steps up to `seen`. Makes more room if hardly any is dropped.
    pub(super) fn drop_until(&mut self, seen: i64) {
        while self.len() > 0 && self.spike(self.first).time <= seen {
            self.first = self.first.wrapping_add(1);
        }
        if self.len() > self.ring.len() / 4 * 3 {
            let before = self.ring.len();
            let mut ring = vec![self.ring[0]; 2 * before];
            let mut targets = vec![0; 2 * before];
            for number in (0..self.len() as u32).map(|each| self.first.wrapping_add(each) as usize)
            {
                let (from, to) = (number & (before - 1), number & (2 * before - 1));
                (ring[to], targets[to]) = (self.ring[from], self.targets[from]);
            }
            (self.ring, self.targets) = (ring, targets);
        }
    }

    #[inline(always)]
    fn spike(&self, number: u32) -> &TargetSpike<S> {
        &self.ring[number as usize & (self.ring.len() - 1)]
    }

    /// Adds a spike, for which there is room.
    #[inline(always)]
    pub(super) fn push<P: Plasticity<Target = S>>(&mut self, rule: &P, target: usize, time: i64) {
        let number = self.next;
        self.next = number.wrapping_add(1);
        let latest = &mut self.latest[target];
        add_earlier(&mut self.earlier[target], latest.spike.previous);
        let (previous, before) = (latest.spike.time, latest.after);
        let spike = TargetSpike {
            time,
            previous,
            before,
            link: latest.number,
        };
        *latest = Latest {
            spike,
            after: rule.target_fires(Past::new(before, time - previous)),
            number,
        };
        let place = number as usize & (self.ring.len() - 1);
        (self.ring[place], self.targets[place]) = (spike, target as u32);
    }

    /// The number of the first spike of a step after `to`.
    pub(super) fn first_after(&self, to: i64) -> u32 {
        let mut number = self.next;
        while number != self.first && self.spike(number.wrapping_sub(1)).time > to {
            number = number.wrapping_sub(1);
        }
        number
    }

    /// Returns `true` if no spike from a number on was dropped.
    #[inline(always)]
    pub(super) fn keeps(&self, number: u32) -> bool {
        number.wrapping_sub(self.first) as usize <= self.len()
    }

    /// The target of a spike, if that has been sent up to the step `to`.
    #[inline(always)]
    pub(super) fn target_of(&self, number: u32, to: i64) -> Option<usize> {
        let is_sent = number != self.next && self.spike(number).time <= to;
        is_sent.then(|| self.targets[number as usize & (self.targets.len() - 1)] as usize)
    }

    /// Calls `each` with the spikes of a target in the steps after `from` and up to `to`, the earliest
    /// first. Returns the step of its last spike before `to`, and the variables that it has left.
    #[inline(always)]
    pub(super) fn replay(
        &self,
        target: usize,
        (from, to): (i64, i64),
        path: &mut Vec<u32>,
        mut each: impl FnMut(&TargetSpike<S>),
    ) -> (i64, S) {
        let latest = &self.latest[target];
        if latest.spike.time <= from {
            return (latest.spike.time, latest.after);
        }
        let (mut spike, mut after) = (&latest.spike, latest.after);
        // Spikes that have not arrived yet.
        while spike.time > to {
            if spike.previous <= from {
                return (spike.previous, spike.before);
            }
            after = spike.before;
            spike = self.spike(spike.link);
        }
        let last = if spike.time < to {
            (spike.time, after)
        } else {
            (spike.previous, spike.before)
        };
        if spike.previous > from {
            self.find_path(spike, from, path);
        }
        // One call, so that it is inlined.
        loop {
            let before = path.pop();
            each(before.map_or(spike, |number| self.spike(number)));
            if before.is_none() {
                return last;
            }
        }
    }

    /// Appends the numbers of the spikes before a spike, of the steps after `from`, to an empty `path`, the last
    /// first.
    #[inline(never)]
    fn find_path<'a>(&'a self, mut spike: &'a TargetSpike<S>, from: i64, path: &mut Vec<u32>) {
        while spike.previous > from {
            path.push(spike.link);
            spike = self.spike(spike.link);
        }
    }
}

fn add_earlier(earlier: &mut [i64; EARLIER], time: i64) {
    earlier.copy_within(..EARLIER - 1, 1);
    earlier[0] = time;
}
