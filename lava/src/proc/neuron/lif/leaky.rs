//! Step of a population of leaky neurons.

use super::spike_rule::SpikeRule;
use crate::model::{AwakeBlocks, BLOCK, PerNeuron, Sleep, SparseSums, SumBlocks};
use crate::proc::kernel::cascade::{Cascade, is_below};
use crate::proc::kernel::coefficient::{Coefficient, are_uniform};
use crate::proc::kernel::events::ClosedNumber;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::membrane::Dynamics;
use crate::proc::kernel::settle::settles;
use crate::process::Value;

/// State and parameters of a population, borrowed from a model for a step with [`leaky!`].
pub(super) struct Leaky<'a, T> {
    pub(super) step: u64,
    pub(super) a_in: SumBlocks<'a, T>,
    pub(super) u: &'a mut Vec<T>,
    pub(super) v: &'a mut Vec<T>,
    pub(super) du: &'a PerNeuron<T>,
    pub(super) dv: &'a PerNeuron<T>,
    pub(super) bias_mant: &'a PerNeuron<T>,
    pub(super) bias_exp: &'a PerNeuron<i32>,
    pub(super) sleep: &'a mut Sleep,
    /// The neurons that are computed, if they are event-driven.
    pub(super) events: Option<AwakeBlocks<'a>>,
}

/// Borrows the [`Leaky`] neurons of a model: the fields of these names only.
macro_rules! leaky {
    ($model:ident) => {
        $crate::proc::neuron::lif::leaky::Leaky {
            step: $model.context.time_step(),
            a_in: $model.a_in.recv_blocks(),
            u: &mut $model.u,
            v: &mut $model.v,
            du: &$model.du,
            dv: &$model.dv,
            bias_mant: &$model.bias_mant,
            bias_exp: &$model.bias_exp,
            sleep: &mut $model.sleep,
            events: None,
        }
    };
}

/// The step of a model whose neurons fire by `$rule`, clock-driven or event-driven; `end_events!` ends it.
macro_rules! step_leaky {
    ($model:ident, $rule:expr) => {
        match $model.update {
            $crate::model::Update::EventDriven => {
                begin_events!($model, $model.v.len(), a_in);
                let events = Some($model.events.blocks());
                let neurons = $crate::proc::neuron::lif::leaky::Leaky {
                    events,
                    ..leaky!($model)
                };
                neurons.step($rule, &mut $model.fired);
            }
            _ => leaky!($model).step($rule, &mut $model.fired),
        }
    };
}

/// Implements [`ClosedForm`](crate::model::ClosedForm) for a model of leaky neurons. `$stays` tells of the
/// model, a neuron, a step and the state whether the neuron stays silent.
macro_rules! leaky_closed_form {
    ($model:ident, $T:ty, [$($bound:tt)*], [$($parameter:tt)*], $stays:expr) => {
        impl<$($bound)*> $crate::model::ClosedForm for $model<$($parameter)*> {
            /// Current and voltage.
            type State = ($T, $T);

            #[inline]
            fn state(&self, neuron: usize) -> ($T, $T) {
                (self.u[neuron], self.v[neuron])
            }

            #[inline]
            fn set_state(&mut self, neuron: usize, (u, v): ($T, $T)) {
                (self.u[neuron], self.v[neuron]) = (u, v);
            }

            fn advanced(&self, neuron: usize, (u, v): ($T, $T), steps: u64) -> ($T, $T) {
                use $crate::proc::kernel::events::ClosedNumber;
                let cascade = $crate::proc::neuron::lif::leaky::cascade(
                    [&self.du, &self.dv, &self.bias_mant],
                    neuron,
                );
                let [u, v] = cascade.after(steps, [u, v].map(ClosedNumber::real));
                (ClosedNumber::rounded(u), ClosedNumber::rounded(v))
            }

            #[inline]
            fn stays_below_threshold(&self, neuron: usize, (u, v): ($T, $T)) -> bool {
                use $crate::proc::kernel::events::ClosedNumber;
                let cascade = $crate::proc::neuron::lif::leaky::cascade(
                    [&self.du, &self.dv, &self.bias_mant],
                    neuron,
                );
                $stays(self, neuron, cascade, [u, v].map(ClosedNumber::real))
            }

            fn events(&mut self) -> &mut $crate::model::EventDriven<($T, $T)> {
                &mut self.events
            }
        }
    };
}

pub(super) use {leaky, leaky_closed_form, step_leaky};

/// A step of a neuron without input, from `du`, `dv` and `bias_mant`.
#[inline]
pub(super) fn cascade<T: Dynamics + ClosedNumber>(
    parameters: [&PerNeuron<T>; 3],
    neuron: usize,
) -> Cascade {
    let [du, dv, bias] = parameters.map(|values| values.block(neuron, 1)[0]);
    let [current, voltage] = [du, dv].map(|decay| T::left(T::ONE, decay).real());
    Cascade {
        current,
        voltage,
        gain: current,
        constant: bias.real(),
    }
}

/// Returns `true` if a neuron with this current and voltage stays below its threshold without input.
#[inline]
pub(super) fn stays_below<T: ClosedNumber>(
    vth: &PerNeuron<T>,
    neuron: usize,
    cascade: Cascade,
    state: [f64; 2],
) -> bool {
    let vth = vth.block(neuron, 1)[0].real();
    is_below::<T>(cascade.highest(state), vth, state[1].abs())
}

impl<T: Dynamics> Leaky<'_, T> {
    /// Advances all neurons by a step: integrates current and voltage, then applies `rule` to the
    /// voltage and passes what it sends to `spikes`.
    #[inline(always)]
    pub(super) fn step<R: SpikeRule<T>>(
        mut self,
        mut rule: R,
        spikes: &mut (impl SpikeOutput<R::Spike> + ?Sized),
    ) {
        spikes.clear();
        let settles = settles(self.step);
        let own = [self.du, self.dv];
        let is_uniform =
            rule.is_uniform() && self.bias_exp.uniform().is_some() && are_uniform(&own);
        let is_silent = self.a_in.are_silent();
        let mut sent = [R::Spike::default(); BLOCK];
        let mut blocks = match self.events {
            Some(events) => events,
            None => self.sleep.blocks(self.v.len(), self.step, &[&self.a_in]),
        };
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&*self.u, &*self.v]);
            }
            let (u, v) = (&mut self.u[start..][..len], &mut self.v[start..][..len]);
            let a_in = self.a_in.block(start, len);
            let (du, dv) = (self.du.block(start, len), self.dv.block(start, len));
            let mantissa = self.bias_mant.block(start, len);
            let exponent = self.bias_exp.block(start, len);
            if settles {
                T::settle(u);
                T::settle(v);
            }
            let sent = &mut sent[..len];
            let parameters = ([du, dv], mantissa, exponent);
            if !is_uniform {
                let rule = rule.block::<false>(start, len);
                block::<_, _, false, false>((u, v), a_in, parameters, rule, sent);
            } else if is_silent && T::are_zero(u) {
                let rule = rule.block::<true>(start, len);
                block::<_, _, true, true>((u, v), a_in, parameters, rule, sent);
            } else {
                let rule = rule.block::<true>(start, len);
                block::<_, _, true, false>((u, v), a_in, parameters, rule, sent);
            }
            spikes.take(start, sent);
            if blocks.look() {
                let acts = sent.iter().any(|sent| *sent != R::Spike::default());
                let acts = acts || !R::is_autonomous(&rule, start, len);
                blocks.after(&[&*self.u, &*self.v], acts);
            }
        }
    }
}

/// Advances a block of neurons, which have the same `du`, `dv` and `bias_exp` if `UNIFORM`, and whose current is zero
/// and stays so if `IDLE`.
#[inline(always)]
fn block<T: Dynamics, S, const UNIFORM: bool, const IDLE: bool>(
    (u, v): (&mut [T], &mut [T]),
    a_in: &[T],
    (decays, mantissa, exponent): ([&[T]; 2], &[T], &[i32]),
    mut rule: impl FnMut(usize, T, T) -> (T, S),
    sent: &mut [S],
) {
    let len = sent.len();
    let [du, dv] = Coefficient::<T, UNIFORM>::all(decays, len);
    let exponent = Coefficient::<i32, UNIFORM>::new(exponent, len);
    let (u, v, a_in) = (&mut u[..len], &mut v[..len], &a_in[..len]);
    let mantissa = &mantissa[..len];
    // A loop rather than a closure, which might not be inlined and vectorised.
    for i in 0..len {
        let mut current = T::ZERO;
        if !IDLE {
            current = T::current(u[i], du[i], a_in[i]);
            u[i] = current;
        }
        let voltage = T::voltage(v[i], dv[i], current, mantissa[i], exponent[i]);
        (v[i], sent[i]) = rule(i, v[i], voltage);
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

/// Adds the numbers of the neurons that are computed.
impl<T: Value> SpikeOutput<T> for SparseSums<'_, T> {
    fn take(&mut self, start: usize, sent: &[T]) {
        for (element, sent) in (start..).zip(sent) {
            if *sent != T::ZERO {
                self.add(element, *sent);
            }
        }
    }
}
