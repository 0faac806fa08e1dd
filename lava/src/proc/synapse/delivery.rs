//! How messages are delivered: which groups of synapses are due, and what they add to the
//! messages of this step and of those to come.

use std::hint::black_box;
use std::ops::Range;

use super::super::weights::{Factor, Message, Weight};
use super::groups::{Groups, Slot};
use super::memory;
use super::store::{Synapses, data_of, split};
use super::stored::Stored;
use crate::model::{FutureSums, In, Out};

/// The synapses of a model, and what is on its way through them.
pub(super) struct Deliveries<T, W, F> {
    /// The synapses with their present weights, once the model has started.
    synapses: Option<Synapses<T, W>>,
    /// The targets that the model has.
    targets: Range<usize>,
    /// The groups of a source.
    slots: Vec<Slot>,
    /// The groups of synapses that are due in this step and in those to come, as a ring.
    due: Vec<Vec<Due<F>>>,
    /// Which element of the ring is that of this step.
    now: usize,
}

/// A group of synapses that share a source and have about the same delay: they are kept, and
/// delivered, together.
struct Due<F> {
    synapses: Range<u32>,
    /// Its first target.
    first: u32,
    /// What its weights are multiplied by.
    factor: F,
}

impl<T, W, F> Default for Deliveries<T, W, F> {
    fn default() -> Self {
        Deliveries {
            synapses: None,
            targets: 0..0,
            slots: Vec::new(),
            due: Vec::new(),
            now: 0,
        }
    }
}

impl<T: Weight, W: Stored<T>, F: Factor<T>> Deliveries<T, W, F> {
    /// Nothing is on its way to these targets.
    pub(super) fn new(synapses: Synapses<T, W>, targets: Range<usize>) -> Self {
        let slots: Vec<Slot> = synapses.index.groups.slots().collect();
        let len = slots.last().map_or(1, |slot| slot.delay);
        // A step rarely has more messages than this; where it has, its list grows once.
        let messages = synapses.sources().div_ceil(4);
        Deliveries {
            synapses: Some(synapses),
            targets,
            slots,
            due: (0..len).map(|_| Vec::with_capacity(messages)).collect(),
            now: 0,
        }
    }

    /// Takes over other weights of the same synapses.
    pub(super) fn replace(&mut self, synapses: Synapses<T, W>) {
        self.synapses = Some(synapses);
    }

    /// Takes in what arrives and delivers what is due. `gain` says what the weights are multiplied
    /// by.
    #[inline(always)]
    pub(super) fn step<M: Message<T, Factor = F>, G: Factor<T>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
        a_out: &mut Out<T>,
        gain: impl Fn(F) -> G,
    ) -> crate::Result<()> {
        let Some(synapses) = &self.synapses else {
            return Ok(());
        };
        let index = &synapses.index;
        // Rows lie far apart: read together, they are waited for together.
        for (source, _) in M::active(s_in, binary) {
            black_box(index.row(source).next());
        }
        for (source, factor) in M::active(s_in, binary) {
            for (synapses, slot) in index.row(source).zip(&self.slots) {
                if !synapses.is_empty() {
                    let step = self.now + slot.delay - 1;
                    let step = if step < self.due.len() {
                        step
                    } else {
                        step - self.due.len()
                    };
                    let first = slot.first as u32;
                    self.due[step].push(Due {
                        synapses,
                        first,
                        factor,
                    });
                }
            }
        }
        let steps = self.due.len();
        let due = &mut self.due[self.now];
        self.now = (self.now + 1) % steps;
        if !due.is_empty() {
            let delivery = Delivery::new(synapses, self.targets.clone());
            delivery.to(&mut a_out.accumulate_ahead()?, due, gain);
            due.clear();
        }
        Ok(())
    }

    /// Adds what arrives to the sums of all delays, the shortest first. Returns whether anything
    /// does.
    #[inline(always)]
    pub(super) fn sum<M: Message<T, Factor = F>>(
        &self,
        s_in: &mut In<M>,
        binary: bool,
        sums: &mut [T],
    ) -> bool {
        let Some(synapses) = &self.synapses else {
            return false;
        };
        let delivery = Delivery::new(synapses, self.targets.clone());
        let shortest = delivery.groups.shortest;
        let mut any = false;
        for (source, factor) in M::active(s_in, binary) {
            any = true;
            for (group, slot) in synapses.index.row(source).zip(&self.slots) {
                let sums = &mut sums[(slot.delay - shortest) * self.targets.len()..];
                let group = delivery.mine(slot.first, delivery.group(group));
                delivery.add(sums, slot.first, group, factor);
            }
        }
        any
    }
}

/// What is delivered, and to whom.
struct Delivery<'a, T, W> {
    groups: Groups,
    synapses: &'a Synapses<T, W>,
    scale: T,
    /// The targets that the model has.
    targets: Range<usize>,
    /// Whether places count on as the elements of the messages do.
    alike: bool,
}

/// Synapses of a group: their places, and their weights as they are kept.
type Group<'a> = (&'a [u16], &'a [u16]);

impl<'a, T: Weight, W: Stored<T>> Delivery<'a, T, W> {
    fn new(synapses: &'a Synapses<T, W>, targets: Range<usize>) -> Self {
        Delivery {
            groups: synapses.index.groups,
            synapses,
            scale: synapses.scale(),
            alike: synapses.index.groups.width == 1 || targets.len() == synapses.targets(),
            targets,
        }
    }

    /// The synapses of a group.
    #[inline(always)]
    fn group(&self, synapses: Range<u32>) -> Group<'a> {
        let data = self.synapses.data.as_slice();
        split::<T, W>(&data[data_of::<T, W>(synapses)])
    }

    /// Some of a group's synapses.
    #[inline(always)]
    fn part(&self, (places, weights): Group<'a>, part: Range<usize>) -> Group<'a> {
        let weights = &weights[part.start * W::UNITS..part.end * W::UNITS];
        (&places[part], weights)
    }

    /// Adds the weights of the groups that are due to the messages.
    #[inline(always)]
    fn to<F: Copy, G: Factor<T>>(
        &self,
        messages: &mut FutureSums<'_, T>,
        due: &[Due<F>],
        gain: impl Fn(F) -> G,
    ) {
        /// How many groups ahead of the one that is delivered memory is told of: groups lie far
        /// apart.
        const AHEAD: usize = 24;
        let fetch = |due: &Due<F>| {
            let group = self.group(due.synapses.clone());
            let mine = self.about_mine(due.first as usize, group.0.len());
            let (places, weights) = self.part(group, mine);
            memory::fetch(places);
            memory::fetch(weights);
        };
        due.iter().take(AHEAD).for_each(fetch);
        for (number, now) in due.iter().enumerate() {
            due.get(number + AHEAD).into_iter().for_each(fetch);
            let first = now.first as usize;
            let group = self.mine(first, self.group(now.synapses.clone()));
            match messages.as_slice() {
                Some(sums) => self.add(sums, first, group, gain(now.factor)),
                None => self.add_apart(messages, first, group, gain(now.factor)),
            }
        }
    }

    /// Where in a group of so many synapses those are whose targets the model has, if targets are
    /// spread evenly.
    #[inline(always)]
    fn about_mine(&self, first: usize, synapses: usize) -> Range<usize> {
        let about = |target: usize| {
            let targets = target.saturating_sub(first) as u64;
            let place = synapses as u64 * targets / self.groups.segment() as u64;
            (place as usize).min(synapses)
        };
        about(self.targets.start)..about(self.targets.end)
    }

    /// Those of a group whose targets the model has. The group's first target is `first`.
    #[inline(always)]
    fn mine(&self, first: usize, group: Group<'a>) -> Group<'a> {
        let Range { start, end } = self.targets.clone();
        if end - start == self.groups.targets {
            return group;
        }
        // Targets ascend within a group, so those of a shard are next to each other.
        let about = self.about_mine(first, group.0.len());
        let before = |end: usize, about: usize| {
            let target = |place: u16| first + self.groups.split(place).1;
            boundary(group.0, about, |place| target(place) < end)
        };
        self.part(group, before(start, about.start)..before(end, about.end))
    }

    /// The synapses of a group, each with what it adds.
    #[inline(always)]
    fn weights(
        &self,
        (places, weights): Group<'a>,
        factor: impl Factor<T>,
    ) -> impl Iterator<Item = (u16, T)> {
        let weights = weights.chunks_exact(W::UNITS);
        let scale = self.scale;
        let weights = weights.map(move |weight| factor.apply(W::read(weight, scale)));
        places.iter().copied().zip(weights)
    }

    /// Adds the weights of a group to messages that follow each other.
    #[inline(always)]
    fn add(&self, sums: &mut [T], first: usize, group: Group<'a>, factor: impl Factor<T>) {
        let start = self.targets.start;
        if self.alike {
            for (place, weight) in self.weights(group, factor) {
                let sum = &mut sums[(first + usize::from(place)).wrapping_sub(start)];
                *sum = sum.plus(weight);
            }
        } else {
            for (place, weight) in self.weights(group, factor) {
                let (later, target) = self.groups.split(place);
                let sum = &mut sums[later * self.targets.len() + first + target - start];
                *sum = sum.plus(weight);
            }
        }
    }

    /// Adds the weights of a group to messages between which their memory ends.
    #[inline(always)]
    fn add_apart(
        &self,
        messages: &mut FutureSums<'_, T>,
        first: usize,
        group: Group<'a>,
        factor: impl Factor<T>,
    ) {
        let start = self.targets.start;
        if self.alike {
            for (place, weight) in self.weights(group, factor) {
                messages.add_at_offset((first + usize::from(place)).wrapping_sub(start), weight);
            }
        } else {
            for (place, weight) in self.weights(group, factor) {
                let (later, target) = self.groups.split(place);
                messages.add(later, first + target - start, weight);
            }
        }
    }
}

/// How many places come before those that `is_before` does not hold for, which is about `guess`:
/// looks there first, so that no others are fetched from memory.
#[inline(always)]
fn boundary(places: &[u16], guess: usize, is_before: impl Fn(u16) -> bool) -> usize {
    let mut step = 8;
    let (mut low, mut high) = (guess, guess);
    while low > 0 && !is_before(places[low - 1]) {
        high = low - 1;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while high < places.len() && is_before(places[high]) {
        low = high + 1;
        high = (high + step).min(places.len());
        step *= 2;
    }
    low + places[low..high].partition_point(|place| is_before(*place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_found_wherever_it_was_guessed() {
        let places: Vec<u16> = (0..100).map(|n| n * 3).collect();
        for end in [0, 1, 30, 150, 297, 298] {
            for guess in 0..=places.len() {
                let found = boundary(&places, guess, |place| place < end);
                assert_eq!(found, usize::from(end.div_ceil(3)), "{end} from {guess}");
            }
        }
    }
}
