//! Step of a population of leaky neurons.

use super::spike_rule::SpikeRule;
use crate::model::{BLOCK, PerNeuron, Sleep, Sums};
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::membrane::Dynamics;
use crate::proc::kernel::settle::settles;

/// State and parameters of a population, borrowed from a model for a step with [`leaky!`].
pub(super) struct Leaky<'a, T> {
    pub(super) step: u64,
    pub(super) a_in: Sums<'a, T>,
    pub(super) u: &'a mut Vec<T>,
    pub(super) v: &'a mut Vec<T>,
    pub(super) du: &'a PerNeuron<T>,
    pub(super) dv: &'a PerNeuron<T>,
    pub(super) bias_mant: &'a PerNeuron<T>,
    pub(super) bias_exp: &'a PerNeuron<i32>,
    pub(super) sleep: &'a mut Sleep,
}

/// Borrows the [`Leaky`] neurons of a model: the fields of these names only.
macro_rules! leaky {
    ($model:ident) => {
        $crate::proc::neuron::lif::leaky::Leaky {
            step: $model.context.time_step(),
            a_in: $model.a_in.recv_sums(),
            u: &mut $model.u,
            v: &mut $model.v,
            du: &$model.du,
            dv: &$model.dv,
            bias_mant: &$model.bias_mant,
            bias_exp: &$model.bias_exp,
            sleep: &mut $model.sleep,
        }
    };
}

pub(super) use leaky;

impl<T: Dynamics> Leaky<'_, T> {
    /// Advances all neurons by a step: integrates current and voltage, then applies `rule` to the
    /// voltage and passes what it sends to `spikes`.
    #[inline(always)]
    pub(super) fn step<R: SpikeRule<T>>(
        self,
        mut rule: R,
        spikes: &mut (impl SpikeOutput<R::Spike> + ?Sized),
    ) {
        spikes.clear();
        let settles = settles(self.step);
        let mut sent = [R::Spike::default(); BLOCK];
        let mut blocks = self.sleep.blocks(self.v.len(), self.step, &[&self.a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&*self.u, &*self.v]);
            }
            let (u, v) = (&mut self.u[start..][..len], &mut self.v[start..][..len]);
            let a_in = &self.a_in[start..][..len];
            let (du, dv) = (self.du.block(start, len), self.dv.block(start, len));
            let mantissa = self.bias_mant.block(start, len);
            let exponent = self.bias_exp.block(start, len);
            if settles {
                T::settle(u);
                T::settle(v);
            }
            let mut block = rule.block(start, len);
            let sent = &mut sent[..len];
            // A loop rather than a closure, which might not be inlined and vectorised.
            for i in 0..len {
                u[i] = T::current(u[i], du[i], a_in[i]);
                let voltage = T::voltage(v[i], dv[i], u[i], mantissa[i], exponent[i]);
                (v[i], sent[i]) = block(i, v[i], voltage);
            }
            drop(block);
            spikes.take(start, sent);
            if blocks.look() {
                let acts = sent.iter().any(|sent| *sent != R::Spike::default());
                let acts = acts || !R::is_autonomous(&rule, start, len);
                blocks.after(&[&*self.u, &*self.v], acts);
            }
        }
    }
}

/// Collector of the spikes of a step.
pub(super) trait SpikeOutput<S> {
    /// Removes the spikes of the last step.
    fn clear(&mut self) {}

    /// Takes the spikes of the block at `start`.
    fn take(&mut self, start: usize, sent: &[S]);
}

/// Collects the indices of neurons that fire.
impl SpikeOutput<bool> for Fired {
    #[inline(always)]
    fn clear(&mut self) {
        self.neurons.clear();
    }

    #[inline(always)]
    fn take(&mut self, start: usize, sent: &[bool]) {
        self.collect(start, sent);
    }
}

/// Collects one number per neuron.
impl<T: Copy> SpikeOutput<T> for [T] {
    #[inline(always)]
    fn take(&mut self, start: usize, sent: &[T]) {
        self[start..][..sent.len()].copy_from_slice(sent);
    }
}
