//! Event-driven synapses with delays.

use std::hint::black_box;
use std::ops::Range;

use super::super::weights::Weight;
use super::error::SynapseError;
use super::groups::{Groups, Slot};
use super::store::{Synapses, data_of, split};
use super::stored::Stored;
use crate::model::Ahead;
use crate::prelude::*;
use crate::process::Init;

/// Synapses with a weight and a delay each, delivered by spike: a step costs what is delivered in
/// it, not the size of the matrix.
///
/// A spike that is sent in step *t* arrives in step *t* + delay, where a delay is at least 1. The
/// model delivers the synapses of a source in groups of neighbouring delays
/// ([`Synapses::group_width`]), in the step in which the first of the group are due, with the
/// weights as they are then: the others are added to the messages of the steps to come. What
/// arrives is added up in the order of these deliveries, those of one step in the order of the
/// spikes and by ascending target.
///
/// `Sparse<T, i16>` keeps its weights in 16 bits, see [`Stored`].
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::synapse::{Sparse, Synapse, Synapses};
/// use lava::proc::{Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let synapses = Synapses::from_list(2, 1, &[
///     Synapse { source: 0, target: 0, weight: 0.5, delay: 1 },
///     Synapse { source: 1, target: 0, weight: 2.0, delay: 3 },
/// ])?;
/// let net = network! { Loihi1SimCfg;
///     input:  Source<Spike> = Source::data([[true, true], [false, false], [false, false], [false, false]]);
///     sparse: Sparse        = Sparse::synapses(synapses);
///     output: Sink          = Sink::shape([1]).steps(4);
///     input.s_out  -> sparse.s_in;
///     sparse.a_out -> output.a_in;
/// }?;
/// net.run(RunSteps(4))?;
/// let arrived = ndarray::arr2(&[[0.0], [0.5], [0.0], [2.0]]).into_dyn();
/// assert_eq!(net.output.data.get()?, arrived);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Sparse<T: Weight = f32, W: Stored<T> = T> {
    /// The spikes of the sources.
    #[port(shape = [synapses.sources()])]
    s_in: InPort<Spike>,
    /// What arrives at the targets.
    #[port(shape = [synapses.targets()], delay = 1, ahead = synapses.group_width() - 1)]
    a_out: OutPort<T>,
    /// Who is connected to whom.
    #[param]
    synapses: Param<Synapses<T, W>>,
    /// The weights, in the order in which [`Synapses::iter`] lists the synapses.
    #[var(shape = [synapses.len()], init = synapses.clone(), finite)]
    weights: Var<T>,
}

#[implements(proc = Sparse<T, W>, protocol = Loihi, splittable)]
struct SparseModel<T: Weight, W: Stored<T>> {
    s_in: In<Spike>,
    a_out: Out<T>,
    synapses: Param<Synapses<T, W>>,
    weights: Init<T>,
    /// The synapses with their present weights.
    #[local]
    present: Option<Synapses<T, W>>,
    /// The groups of a source.
    #[local]
    slots: Vec<Slot>,
    /// The groups of synapses that are due in this step and in those to come, as a ring.
    #[local]
    due: Vec<Vec<Due>>,
    /// Which element of the ring is that of this step.
    #[local]
    now: usize,
    #[local]
    context: Context,
}

/// A group of synapses that share a source and have about the same delay: they are kept, and
/// delivered, together.
struct Due {
    synapses: Range<u32>,
    /// Its first target.
    first: u32,
}

impl<T: Weight, W: Stored<T>> Splittable for SparseModel<T, W> {
    const WHOLE: &'static [&'static str] = &["s_in", "weights"];
}

impl<T: Weight, W: Stored<T>> SparseModel<T, W> {
    /// Takes over the weights, unless they are those that the synapses came with.
    fn take_weights(&mut self) -> crate::Result<()> {
        let new = || -> Result<Synapses<T, W>, SynapseError> {
            let weights = self.weights.to_vec(self.synapses.len());
            self.synapses.with_weights(&weights)
        };
        self.present = Some(match self.weights.layout() {
            Some(synapses) => synapses,
            None => Result::clone(&self.weights.derived(new))?,
        });
        Ok(())
    }
}

impl<T: Weight, W: Stored<T>> LoihiModel for SparseModel<T, W> {
    const ADDS_TO: &'static [&'static str] = &["a_out"];

    fn start(&mut self) -> crate::Result<()> {
        self.slots = self.synapses.index.groups.slots().collect();
        let len = self.slots.last().map_or(1, |slot| slot.delay);
        // A step rarely has more spikes than this; where it has, its list grows once.
        let spikes = self.synapses.sources().div_ceil(4);
        self.due = (0..len).map(|_| Vec::with_capacity(spikes)).collect();
        self.take_weights()
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.take_weights()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let index = &self.synapses.index;
        let spikes = self.s_in.recv().indices();
        // Rows lie far apart: read together, they are waited for together.
        for source in spikes {
            black_box(index.row(*source).next());
        }
        for source in spikes {
            for (synapses, slot) in index.row(*source).zip(&self.slots) {
                if !synapses.is_empty() {
                    let step = self.now + slot.delay - 1;
                    let step = if step < self.due.len() {
                        step
                    } else {
                        step - self.due.len()
                    };
                    let first = slot.first as u32;
                    self.due[step].push(Due { synapses, first });
                }
            }
        }
        let steps = self.due.len();
        let due = &mut self.due[self.now];
        self.now = (self.now + 1) % steps;
        let Some(synapses) = self.present.as_ref().filter(|_| !due.is_empty()) else {
            return Ok(());
        };
        let delivery = Delivery {
            groups: index.groups,
            due,
            synapses,
            scale: synapses.scale(),
            targets: self.context.neurons(),
        };
        delivery.to(self.a_out.stage_ahead()?);
        due.clear();
        Ok(())
    }
}

/// The groups of synapses that are due in a step.
struct Delivery<'a, T, W> {
    groups: Groups,
    due: &'a [Due],
    synapses: &'a Synapses<T, W>,
    scale: T,
    /// The targets that the model has.
    targets: Range<usize>,
}

impl<T: Weight, W: Stored<T>> Delivery<'_, T, W> {
    /// Adds the weights to the messages.
    #[inline(always)]
    fn to(&self, mut messages: Ahead<'_, T>) {
        /// How many groups are fetched from memory at once.
        const BATCH: usize = 32;
        /// How many pieces of data come with one fetch.
        const LINE: usize = 32;
        let data = self.synapses.data.as_slice();
        for due in self.due.chunks(BATCH) {
            // Groups lie far apart. Reading from each before any is delivered makes the processor
            // wait for memory once a batch rather than once a group.
            for Due { synapses, first } in due {
                let (places, weights) = split::<T, W>(&data[data_of::<T, W>(synapses.clone())]);
                let mine = self.about_mine(*first as usize, places.len());
                let weights = &weights[mine.start * W::UNITS..mine.end * W::UNITS];
                for units in [&places[mine], weights] {
                    units.chunks(LINE).for_each(|line| _ = black_box(line[0]));
                }
            }
            for Due { synapses, first } in due {
                let group = &data[data_of::<T, W>(synapses.clone())];
                self.group(&mut messages, *first as usize, group);
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

    /// Adds the weights of a group whose first target is `first` to the messages, those whose
    /// targets the model has.
    #[inline(always)]
    fn group(&self, messages: &mut Ahead<'_, T>, first: usize, group: &[u16]) {
        let (mut places, mut weights) = split::<T, W>(group);
        let Range { start, end } = self.targets.clone();
        if end - start < self.groups.targets {
            // Targets ascend within a group, so those of a shard are next to each other.
            let about = self.about_mine(first, places.len());
            let before = |end: usize, about: usize| {
                let target = |place: u16| first + self.groups.split(place).1;
                boundary(places, about, |place| target(place) < end)
            };
            let mine = before(start, about.start)..before(end, about.end);
            weights = &weights[mine.start * W::UNITS..mine.end * W::UNITS];
            places = &places[mine];
        }
        let weights = weights.chunks_exact(W::UNITS);
        let weights = weights.map(|weight| W::read(weight, self.scale));
        let synapses = places.iter().zip(weights);
        // Then places count on as the elements of the messages do.
        let alike = self.groups.width == 1 || end - start == self.groups.targets;
        match messages.as_slice() {
            Some(messages) if alike => {
                for (place, weight) in synapses {
                    let sum = &mut messages[(first + usize::from(*place)).wrapping_sub(start)];
                    *sum = sum.plus(weight);
                }
            }
            Some(messages) => {
                for (place, weight) in synapses {
                    let (later, target) = self.groups.split(*place);
                    let sum = &mut messages[later * (end - start) + first + target - start];
                    *sum = sum.plus(weight);
                }
            }
            None if alike => {
                for (place, weight) in synapses {
                    messages.add_at((first + usize::from(*place)).wrapping_sub(start), weight);
                }
            }
            None => {
                for (place, weight) in synapses {
                    let (later, target) = self.groups.split(*place);
                    messages.add(later, first + target - start, weight);
                }
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
