//! Event-driven delivery to the samples of a batch: the spikes of one source lie together, so that its
//! synapses are read once for all samples.

use super::{Accumulator, EventDelivery};
use crate::model::{In, Persist, PersistError};
use crate::proc::synapse::adjacency::Group;
use crate::proc::synapse::storage::WeightStorage;
use crate::proc::synapse::weights::{Factor, Message, Weight};

/// The factor of a spike, and its sample.
#[derive(Clone, Copy)]
pub(in crate::proc::synapse) struct Sampled<F> {
    sample: u32,
    factor: F,
}

impl<F: Persist> Persist for Sampled<F> {
    fn layout() -> String {
        <(u32, F)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.sample.save(bytes);
        self.factor.save(bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let (sample, factor) = Persist::load(bytes)?;
        Ok(Sampled { sample, factor })
    }
}

impl<T, F: Factor<T>> Factor<T> for Sampled<F> {
    #[inline(always)]
    fn apply(self, weight: T) -> T {
        self.factor.apply(weight)
    }
}

impl<T: Weight, W: WeightStorage<T>, F: Factor<T>> EventDelivery<T, W, Sampled<F>> {
    /// Takes the spikes of a step in, of samples of `sources` each. Returns `true` if synapses are due.
    #[inline(always)]
    pub(in crate::proc::synapse) fn receive_batch<M: Message<T, Factor = F>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
        sources: usize,
    ) -> bool {
        let Some(synapses) = &self.synapses else {
            return false;
        };
        let spikes = M::active(s_in, binary).map(|(element, factor)| {
            let sample = (element / sources) as u32;
            (element % sources, Sampled { sample, factor })
        });
        for spike in spikes {
            self.pending.take(&synapses.adjacency, spike, 0);
        }
        self.are_any_due()
    }

    /// Adds what is due to the sums of each sample, of `targets` each, as
    /// [`add_due`](EventDelivery::add_due).
    #[inline(always)]
    pub(in crate::proc::synapse) fn add_due_batch<G: Factor<T>>(
        &mut self,
        sums: &mut [T],
        targets: usize,
        gain: impl Fn(F) -> G,
        mut sent: impl FnMut(&mut [T]),
    ) {
        for (synapses, pending) in self.on_their_way() {
            let scale = synapses.scale;
            let add = |sums: &mut [T], group: Group<'_>, spike: Sampled<F>| {
                let sums = &mut sums[spike.sample as usize * targets..][..targets];
                sums.add::<W>(group, scale, gain(spike.factor));
            };
            pending.deliver(&synapses.adjacency, sums, add, &mut sent);
        }
    }
}
