//! Event-driven synapses in fixed point, as Loihi stores them.

use super::super::connectivity::Connectivity;
use super::super::delivery::{EventDelivery, Sampled};
use super::super::dense::inputs;
use super::super::error::SynapseError;
use super::super::storage::WeightStorage;
use super::super::synapses::Synapses;
use super::super::weights::{Factor, LoihiFormat, Message, SignMode, scaled};
use super::{
    OLD, OLD_SPIKES, SPIKES, Sparse, add_sparsely, check_synapses, of_shard, put_spikes,
    put_synapses, replaced, restore, weighted,
};
use crate::model::{StateReader, StateWriter};
use crate::prelude::*;
use crate::process::Init;

#[implements(proc = Sparse<i32, M, W>, protocol = Loihi, shardable, batch, replicated(s_in, weights), adds_to(a_out))]
#[tag(FixedPt)]
struct SparseFixed<M: Message<i32>, W: WeightStorage<i32>> {
    s_in: In<M>,
    a_out: Out<i32>,
    connectivity: Param<Connectivity<i32, W>>,
    weights: Init<i32>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local(rebuilt)]
    delivery: EventDelivery<i32, W, M::Factor>,
    /// That of several samples.
    #[local(rebuilt)]
    batch: EventDelivery<i32, W, Sampled<M::Factor>>,
    /// Contributions of the spikes of one step, before they are shifted to the right.
    #[local(rebuilt)]
    sums: Vec<i32>,
    #[local]
    context: Context,
}

impl<M: Message<i32>, W: WeightStorage<i32>> SparseFixed<M, W> {
    /// The synapses as Loihi stores them, made once for all shards.
    fn quantized(&self) -> crate::Result<Synapses<i32, W>> {
        let format = LoihiFormat {
            bits: self.num_weight_bits,
            sign_mode: self.sign_mode,
        };
        let quantized = || -> Result<Synapses<i32, W>, SynapseError> {
            let given = match self.weights.shared::<Connectivity<i32, W>>() {
                Some(initial) => initial.synapses()?,
                None => {
                    let synapses = self.connectivity.synapses()?;
                    synapses.with_weights(&self.weights.to_vec(synapses.len()))?
                }
            };
            let quantizer = format.quantizer(given.values())?;
            given.mapped(|weight| quantizer.quantize(weight))
        };
        Ok(Result::clone(&self.weights.derived(quantized))?)
    }

    /// Adds what is due, shifted to the right: the contributions of the spikes of each step are
    /// summed before.
    fn add_shifted(&mut self) -> crate::Result<()> {
        let exponent = self.weight_exp;
        let messages = self.a_out.accumulate()?;
        let shift = |sums: &mut [i32]| {
            for (message, sum) in messages.iter_mut().zip(&mut *sums) {
                *message = message.wrapping_add(scaled(*sum, exponent));
            }
            sums.fill(0);
        };
        let targets = self.context.neurons().len();
        let sums = self.sums.as_mut_slice();
        match self.context.samples() {
            1 => self.delivery.add_due(sums, |factor| factor, shift),
            _ => self
                .batch
                .add_due_batch(sums, targets, |factor| factor, shift),
        }
        Ok(())
    }

    /// Adds what is due to several samples, as [`add_due`](SparseFixed::add_due).
    fn add_batch(&mut self) -> crate::Result<()> {
        if self.weight_exp < 0 {
            return self.add_shifted();
        }
        let (targets, sums) = (self.context.neurons().len(), self.a_out.accumulate()?);
        let gain = scaled(1, self.weight_exp);
        let apply = |factor: M::Factor| factor.apply(gain);
        self.batch.add_due_batch(sums, targets, apply, |_| ());
        Ok(())
    }

    /// Adds what is due. A multiple of the weights is that multiple of their sum, even where it wraps.
    #[inline(always)]
    fn add_due(&mut self) -> crate::Result<()> {
        let targets = self.context.neurons().len();
        let is_plain = self.weight_exp >= 0 && scaled(1, self.weight_exp) == 1;
        if is_plain && self.delivery.is_sparse(targets) {
            add_sparsely(&mut self.delivery, self.a_out.accumulate_sparsely()?);
            return Ok(());
        }
        let sums = match self.weight_exp {
            0.. => self.a_out.accumulate()?,
            _ => return self.add_shifted(),
        };
        match scaled(1, self.weight_exp) {
            1 => self.delivery.add_due(sums, |factor| factor, |_| ()),
            gain => self
                .delivery
                .add_due(sums, |factor: M::Factor| factor.apply(gain), |_| ()),
        }
        Ok(())
    }
}

impl<M: Message<i32>, W: WeightStorage<i32>> LoihiModel for SparseFixed<M, W> {
    fn start(&mut self) -> crate::Result<()> {
        let synapses = self.quantized()?;
        self.weights = Init::new(Connectivity::from(synapses.clone()));
        let targets = self.context.neurons();
        if self.weight_exp < 0 {
            self.sums = vec![0; targets.len() * self.context.samples()];
        }
        let (_, synapses) = of_shard(synapses, targets)?;
        match self.context.samples() {
            1 => self.delivery = EventDelivery::new(synapses),
            _ => self.batch = EventDelivery::new(synapses),
        }
        Ok(())
    }

    fn catch_up(&mut self) {
        let binary = self.num_message_bits == 0;
        self.delivery.catch_up(&mut self.s_in, binary);
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if var == "weights" {
            let synapses = weighted(&self.connectivity, &self.weights)?;
            let (_, synapses) = of_shard(synapses, self.context.neurons())?;
            match self.context.samples() {
                1 => self.delivery.replace(synapses),
                _ => self.batch.replace(synapses),
            }
        }
        Ok(())
    }

    fn save_state(&self, to: &mut StateWriter) -> crate::Result<()> {
        put_synapses(&self.connectivity, to)?;
        let replaced = replaced(&self.delivery, self.context.neurons().start);
        Ok(put_spikes(to, self.delivery.spikes().collect(), replaced)?)
    }

    fn load_state(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
        check_synapses(&self.connectivity, from)?;
        let (spikes, replaced) = (from.get(SPIKES)?, (from.get(OLD_SPIKES)?, from.get(OLD)?));
        Ok(restore(
            &mut self.delivery,
            spikes,
            replaced,
            self.context.neurons(),
        )?)
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let binary = self.num_message_bits == 0;
        if self.context.samples() > 1 {
            let sources = inputs(&self.s_in);
            if self.batch.receive_batch(&mut self.s_in, binary, sources) {
                self.add_batch()?;
            }
            self.batch.advance();
            return Ok(());
        }
        if self.delivery.receive(&mut self.s_in, binary) {
            self.add_due()?;
        }
        self.delivery.advance();
        Ok(())
    }
}
