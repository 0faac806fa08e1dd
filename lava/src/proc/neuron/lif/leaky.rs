//! A step of a population of leaky neurons.

use super::rule::Rule;
use crate::model::{BLOCK, PerNeuron};
use crate::proc::kernel::fired::{Fired, blocks};
use crate::proc::kernel::membrane::Dynamics;
use crate::proc::kernel::settle::settles;

/// What the dynamics needs of a model, borrowed for a step with [`leaky!`].
pub(in crate::proc) struct Leaky<'a, T> {
    pub(in crate::proc) step: u64,
    pub(in crate::proc) a_in: &'a [T],
    pub(in crate::proc) u: &'a mut [T],
    pub(in crate::proc) v: &'a mut [T],
    pub(in crate::proc) du: &'a PerNeuron<T>,
    pub(in crate::proc) dv: &'a PerNeuron<T>,
    pub(in crate::proc) bias_mant: &'a PerNeuron<T>,
    pub(in crate::proc) bias_exp: &'a PerNeuron<i32>,
}

/// The [`Leaky`] neurons of a model: its fields of these names, which leaves the others free.
macro_rules! leaky {
    ($model:ident) => {
        $crate::proc::neuron::lif::leaky::Leaky {
            step: $model.context.time_step(),
            a_in: $model.a_in.recv_slice(),
            u: &mut $model.u,
            v: &mut $model.v,
            du: &$model.du,
            dv: &$model.dv,
            bias_mant: &$model.bias_mant,
            bias_exp: &$model.bias_exp,
        }
    };
}

pub(in crate::proc) use leaky;

impl<T: Dynamics> Leaky<'_, T> {
    /// Moves all neurons on by a step: current and voltage integrate, then `rule` decides what is
    /// sent and what is left of the voltage.
    #[inline(always)]
    pub(in crate::proc) fn step<R: Rule<T>>(
        self,
        mut rule: R,
        spikes: &mut (impl Spikes<R::Spike> + ?Sized),
    ) {
        spikes.clear();
        let settles = settles(self.step);
        let mut sent = [R::Spike::default(); BLOCK];
        for (start, len) in blocks(self.v.len()) {
            let (u, v) = (&mut self.u[start..][..len], &mut self.v[start..][..len]);
            let a_in = &self.a_in[start..][..len];
            let (du, dv) = (self.du.block(start, len), self.dv.block(start, len));
            let mantissa = self.bias_mant.block(start, len);
            let exponent = self.bias_exp.block(start, len);
            if settles {
                T::settle(u);
                T::settle(v);
            }
            let mut rule = rule.block(start, len);
            let sent = &mut sent[..len];
            // A loop rather than a closure, which might not become part of what is vectorised.
            for i in 0..len {
                u[i] = T::current(u[i], du[i], a_in[i]);
                let voltage = T::voltage(v[i], dv[i], u[i], mantissa[i], exponent[i]);
                (v[i], sent[i]) = rule(i, v[i], voltage);
            }
            spikes.take(start, sent);
        }
    }
}

/// Where the spikes of a step go.
pub(in crate::proc) trait Spikes<S> {
    /// Forgets those of the last step.
    fn clear(&mut self) {}

    /// Takes what the neurons of a block that starts at `start` send.
    fn take(&mut self, start: usize, sent: &[S]);
}

/// As a list of neurons.
impl Spikes<bool> for Fired {
    #[inline(always)]
    fn clear(&mut self) {
        self.neurons.clear();
    }

    #[inline(always)]
    fn take(&mut self, start: usize, sent: &[bool]) {
        self.collect(start, sent);
    }
}

/// As a number for each neuron.
impl<T: Copy> Spikes<T> for [T] {
    #[inline(always)]
    fn take(&mut self, start: usize, sent: &[T]) {
        self[start..][..sent.len()].copy_from_slice(sent);
    }
}
