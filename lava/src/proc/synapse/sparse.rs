//! Event-driven synapses with delays.

use std::hint::black_box;
use std::ops::Range;

use ndarray::{ArcArray, IxDyn};

use super::super::weights::Weight;
use super::store::{Group, Index, Synapses, Targets};
use crate::prelude::*;

/// Synapses with a weight and a delay each, delivered by spike: a step costs what is delivered in
/// it, not the size of the matrix.
///
/// A spike that is sent in step *t* arrives in step *t* + delay, where a delay is at least 1. The
/// model keeps the spikes of the last steps and delivers the synapses of a source that share a
/// delay in the step in which they are due. In one step shorter delays are added before longer
/// ones, then by ascending source and target.
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
pub struct Sparse<T: Weight = f32> {
    /// The spikes of the sources.
    #[port(shape = [synapses.sources()])]
    s_in: InPort<Spike>,
    /// What arrives at the targets.
    #[port(shape = [synapses.targets()], delay = 1)]
    a_out: OutPort<T>,
    /// Who is connected to whom.
    #[param]
    synapses: Param<Synapses<T>>,
    /// The weights, in the order in which [`Synapses::iter`] lists the synapses.
    #[var(shape = [synapses.len()], init = synapses.weights().clone(), finite)]
    weights: Var<T>,
}

#[implements(proc = Sparse<T>, protocol = Loihi, splittable)]
struct SparseModel<T: Weight> {
    s_in: In<Spike>,
    a_out: Out<T>,
    synapses: Param<Synapses<T>>,
    weights: ArcArray<T, IxDyn>,
    /// The spikes of the last steps, as a ring, as long as the longest delay.
    #[local]
    history: Vec<Vec<u32>>,
    #[local]
    step: usize,
    /// The groups of synapses that are due in this step.
    #[local]
    due: Vec<Group>,
    #[local]
    context: Context,
}

impl<T: Weight> Splittable for SparseModel<T> {
    const WHOLE: &'static [&'static str] = &["s_in", "weights"];
}

impl<T: Weight> LoihiModel for SparseModel<T> {
    const ADDS_TO: &'static [&'static str] = &["a_out"];

    fn start(&mut self) -> crate::Result<()> {
        let len = *self.synapses.delays().end();
        // A step rarely has more spikes than this; where it has, its list grows once.
        let spikes = self.synapses.sources().div_ceil(4);
        self.history = (0..len).map(|_| Vec::with_capacity(spikes)).collect();
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let len = self.history.len();
        let now = self.step % len;
        self.step += 1;
        self.history[now].clear();
        self.history[now].extend_from_slice(self.s_in.recv().indices());
        self.due.clear();
        for delay in self.synapses.delays() {
            let sources = &self.history[(now + 1 + len - delay) % len];
            let groups = sources
                .iter()
                .map(|&source| self.synapses.group(source, delay));
            self.due.extend(groups.filter(|group| !group.is_empty()));
        }
        if self.due.is_empty() {
            return Ok(());
        }
        let sum = self.a_out.stage()?;
        let weights = self.weights.as_slice_memory_order().unwrap_or_default();
        let part = (self.context.neurons(), self.synapses.targets());
        match &self.synapses.ends {
            Targets::Narrow(ends) => deliver(&self.due, ends, weights, &part, sum),
            Targets::Wide(ends) => deliver(&self.due, ends, weights, &part, sum),
        }
        Ok(())
    }
}

/// Adds the weights of some groups of synapses to their targets.
fn deliver<T: Weight, I: Index>(
    due: &[Group],
    ends: &[I],
    weights: &[T],
    (targets, population): &(Range<usize>, usize),
    sum: &mut [T],
) {
    /// How many groups are fetched from memory at once.
    const BATCH: usize = 32;
    for groups in due.chunks(BATCH) {
        // Groups lie far apart. Reading the first of each before any is delivered makes the
        // processor wait for memory once a batch rather than once a group.
        for group in groups {
            black_box((ends[group.start()], weights[group.start()]));
        }
        for group in groups {
            let all = &ends[group.range()];
            // Targets ascend within a group, so those of a shard are next to each other.
            let before = |target| all.partition_point(|end| end.get() < target);
            let mine = match sum.len() == *population {
                true => 0..all.len(),
                false => before(targets.start)..before(targets.end),
            };
            let weights = &weights[group.range()][mine.clone()];
            for (end, weight) in all[mine].iter().zip(weights) {
                let target = &mut sum[end.get() - targets.start];
                *target = target.plus(*weight);
            }
        }
    }
}
