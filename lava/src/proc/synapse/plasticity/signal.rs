//! The signal of a third factor, as synapses have not seen it yet.

use std::collections::VecDeque;

use super::factors::{IntervalOf, RuleFactors, SignalOf, SignalSpan, has_third_factor};
use super::rule::{Past, Plasticity};

/// The variables of the signal in each step that changes them, and at the beginning of each period.
pub(super) struct SignalHistory<P: Plasticity> {
    /// The steps and variables, ascending.
    events: VecDeque<(i64, SignalOf<P>)>,
    /// The number of events that there is room for.
    room: usize,
    /// Steps of a period.
    period: i64,
}

/// Events for which there is room at first.
const EVENTS: usize = 4096;

impl<P: Plasticity> SignalHistory<P> {
    /// The history before the first step.
    pub(super) fn new(rule: &P) -> SignalHistory<P> {
        let mut history = SignalHistory {
            events: VecDeque::new(),
            room: EVENTS,
            period: i64::from(P::Factors::period(rule).max(1)),
        };
        if has_third_factor::<P>() {
            let default = Past::new(SignalOf::<P>::default(), 0);
            let first = P::Factors::begin_period(rule, default);
            history.events.push_back((0, first));
        }
        history
    }

    /// The events that say what the signal is from a step on.
    pub(super) fn since(&self, step: i64) -> Vec<(i64, SignalOf<P>)> {
        let first = self.number_until(step).saturating_sub(1);
        self.events.iter().skip(first).copied().collect()
    }

    /// Replaces the events by those of a snapshot, in the order of steps.
    pub(super) fn restore(&mut self, events: Vec<(i64, SignalOf<P>)>) {
        self.events = events.into();
    }

    /// Returns `true` if events should be dropped before the next step.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() >= self.room
    }

    /// Receives the message of a step.
    pub(super) fn receive(&mut self, rule: &P, now: i64, received: f32) {
        let last = self.events.back().map_or(0, |(step, _)| *step);
        let mut begin = self.period_end(last);
        while begin <= now {
            let signal = P::Factors::begin_period(rule, self.before(begin));
            self.events.push_back((begin, signal));
            begin += self.period;
        }
        if let Some(signal) = P::Factors::receive(rule, self.at(now), received) {
            self.events.push_back((now, signal));
        }
    }

    /// The step in which the period of a step ends.
    fn period_end(&self, step: i64) -> i64 {
        self.period_begin(step) + self.period
    }

    /// The step in which the period of a step begins.
    pub(super) fn period_begin(&self, step: i64) -> i64 {
        step - step % self.period
    }

    /// Drops what is needed only before a step. Makes more room if hardly any is dropped.
    pub(super) fn drop_until(&mut self, seen: i64) {
        let kept = self.number_until(seen).saturating_sub(1);
        self.events.drain(..kept);
        if self.events.len() > self.room / 4 * 3 {
            self.room *= 2;
        }
    }

    /// The number of events up to a step.
    fn number_until(&self, step: i64) -> usize {
        self.events.partition_point(|(event, _)| *event <= step)
    }

    fn past(&self, events: usize, step: i64) -> Past<SignalOf<P>> {
        match self.events.get(events.wrapping_sub(1)) {
            Some((event, signal)) => Past::new(*signal, step - event),
            None => Past::new(SignalOf::<P>::default(), i64::MAX),
        }
    }

    /// The signal in a step, with the message of that step.
    fn at(&self, step: i64) -> Past<SignalOf<P>> {
        self.past(self.number_until(step), step)
    }

    /// The signal in a step, without the message of that step.
    fn before(&self, step: i64) -> Past<SignalOf<P>> {
        self.past(self.number_until(step - 1), step)
    }

    /// Calls `each` with the effects of the signal between two steps, period by period.
    #[inline(always)]
    pub(super) fn intervals(
        &self,
        rule: &P,
        (from, to): (i64, i64),
        mut each: impl FnMut(IntervalOf<P>),
    ) {
        let mut begin = from;
        while begin < to {
            let end = self.period_end(begin).min(to);
            let span = SignalSpan {
                from: self.at(begin),
                to: self.before(end),
                steps: (end - begin) as u32,
            };
            each(P::Factors::interval(rule, span));
            begin = end;
        }
    }
}
