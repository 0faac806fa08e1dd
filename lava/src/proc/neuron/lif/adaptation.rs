//! A step of a population of neurons with adaptive threshold and refractoriness: see
//! [`AtrLif`](super::AtrLif) for the equations.

use std::hint::select_unpredictable;

use crate::model::{AwakeBlocks, PerNeuron, Sleep, StepState, SumBlocks};
use crate::proc::kernel::cascade::{Cascade, is_below};
use crate::proc::kernel::events::ClosedNumber;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::fixed;
use crate::proc::kernel::membrane::Dynamics;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::settle::settles;
use crate::process::Element;

/// Number type of adaptive neurons, with the conversion of real-valued decays and thresholds.
pub(super) trait Adaptive: Dynamics {
    /// Type of the factor by which a current decays.
    type Left: Element;

    /// `true` if `theta` starts as `theta_0`, and its initial value is ignored.
    const STARTS_AT_REST: bool;

    /// Returns the factor for the decay `delta_i`.
    fn left_of(delta_i: f64) -> Self::Left;

    /// Converts any other decay.
    fn decay(delta: f64) -> Self;

    /// Converts a threshold to the units of the voltage.
    fn theta(theta: f64) -> Self;

    /// Returns the current after a step of decay.
    fn decayed(i: Self, left: Self::Left) -> Self;

    /// Returns the difference; integers wrap around.
    fn minus(self, other: Self) -> Self;
}

impl<T: Real> Adaptive for T {
    type Left = T;

    const STARTS_AT_REST: bool = false;

    fn left_of(delta_i: f64) -> T {
        T::of(1.0 - delta_i)
    }

    fn decay(delta: f64) -> T {
        T::of(delta)
    }

    fn theta(theta: f64) -> T {
        T::of(theta)
    }

    #[inline(always)]
    fn decayed(i: T, left: T) -> T {
        left * i
    }

    #[inline(always)]
    fn minus(self, other: T) -> T {
        self - other
    }
}

impl Adaptive for i32 {
    type Left = f64;

    const STARTS_AT_REST: bool = true;

    fn left_of(delta_i: f64) -> f64 {
        let unity = f64::from(fixed::DECAY_UNITY);
        (unity - (delta_i * unity + 1.0)) / unity
    }

    fn decay(delta: f64) -> i32 {
        let unity = f64::from(fixed::DECAY_UNITY);
        fixed::DECAY_UNITY - (unity - delta * unity) as i32
    }

    fn theta(theta: f64) -> i32 {
        (theta * f64::from(fixed::state_units(1))) as i32
    }

    /// Truncates product and shift at once, which is the same as one after the other.
    #[inline(always)]
    fn decayed(i: i32, left: f64) -> i32 {
        fixed::truncate(f64::from(i) * left)
    }

    #[inline(always)]
    fn minus(self, other: i32) -> i32 {
        self.wrapping_sub(other)
    }
}

/// Coefficients derived from the parameters of a population.
pub(super) struct Derived<T: Adaptive> {
    /// Factor by which `i` decays in a step.
    left_i: Factors<T::Left, 1>,
    /// Decays of `v`, `theta` and `r`; `theta_0` and `theta_step`.
    others: Factors<T, 5>,
}

impl<T: Adaptive> Default for Derived<T> {
    fn default() -> Self {
        Derived {
            left_i: Factors::default(),
            others: Factors::default(),
        }
    }
}

/// State and parameters of a population, borrowed from a model for a step.
pub(super) struct Neurons<'a, T: Adaptive> {
    pub(super) step: u64,
    pub(super) a_in: SumBlocks<'a, T>,
    pub(super) i: &'a mut Vec<T>,
    pub(super) v: &'a mut Vec<T>,
    pub(super) theta: &'a mut Vec<T>,
    pub(super) r: &'a mut Vec<T>,
    pub(super) s: &'a mut Vec<bool>,
    pub(super) sleep: &'a mut Sleep,
    pub(super) bias_mant: &'a PerNeuron<T>,
    pub(super) bias_exp: &'a PerNeuron<i32>,
    pub(super) derived: &'a Derived<T>,
    /// The neurons that are computed, if they are event-driven.
    pub(super) events: Option<AwakeBlocks<'a>>,
}

impl<T: Adaptive + ClosedNumber> Derived<T>
where
    T::Left: ClosedLeft,
{
    /// Steps without input of a neuron: current and voltage, and what the excess of the threshold and the
    /// refractoriness keep.
    fn closed(&self, neuron: usize, bias: T) -> (Cascade, [f64; 2]) {
        let [left] = self.left_i.blocks(neuron, 1);
        let [delta_v, delta_theta, delta_r, ..] = self.others.blocks(neuron, 1);
        let kept = |delta: &[T]| T::left(T::ONE, delta[0]).real();
        let current = left[0].closed();
        let cascade = Cascade {
            current,
            voltage: kept(delta_v),
            gain: current,
            constant: bias.real(),
        };
        (cascade, [kept(delta_theta), kept(delta_r)])
    }

    /// The state of a neuron after some steps without input: `i`, `v`, `theta` and `r`.
    pub(super) fn advanced(&self, neuron: usize, bias: T, state: [T; 4], steps: u64) -> [T; 4] {
        let (cascade, [kept_theta, kept_r]) = self.closed(neuron, bias);
        let [i, v, theta, r] = state.map(T::real);
        let theta_0 = self.theta_0(neuron, 1)[0].real();
        let [i, v] = cascade.after(steps, [i, v]);
        let steps = steps as f64;
        let theta = theta_0 + (theta - theta_0) * kept_theta.powf(steps);
        [i, v, theta, r * kept_r.powf(steps)].map(T::rounded)
    }

    /// Returns `true` if a neuron in this state stays silent without input: the threshold moves to its rest,
    /// the refractoriness to zero.
    pub(super) fn stays_below(&self, neuron: usize, bias: T, state: [T; 4]) -> bool {
        let (cascade, _) = self.closed(neuron, bias);
        let [i, v, theta, r] = state.map(T::real);
        let theta_0 = self.theta_0(neuron, 1)[0].real();
        let lowest = theta.min(theta_0) + r.min(0.0);
        let size = v.abs() + theta.abs() + theta_0.abs() + r.abs();
        is_below::<T>(cascade.highest([i, v]), lowest, size)
    }
}

/// The factor by which a current decays, in double precision.
pub(super) trait ClosedLeft: Copy {
    fn closed(self) -> f64;
}

impl<T: Real> ClosedLeft for T {
    fn closed(self) -> f64 {
        self.double()
    }
}

impl<T: Adaptive> Derived<T> {
    /// Computes the coefficients from `delta_i` and from the decays of `v`, `theta` and `r`,
    /// `theta_0` and `theta_step`.
    pub(super) fn of(
        population: usize,
        delta_i: &PerNeuron<f64>,
        others: [&PerNeuron<f64>; 5],
    ) -> Self {
        Derived {
            left_i: Factors::of(population, [delta_i], |[delta]| [T::left_of(delta)]),
            others: Factors::of(population, others, |[v, theta, r, theta_0, theta_step]| {
                let [v, theta, r] = [v, theta, r].map(T::decay);
                [v, theta, r, T::theta(theta_0), T::theta(theta_step)]
            }),
        }
    }

    /// Returns `theta_0` of the `len` neurons from `start`, in the units of the voltage.
    pub(super) fn theta_0(&self, start: usize, len: usize) -> &[T] {
        let [.., theta_0, _] = self.others.blocks(start, len);
        theta_0
    }
}

impl<T: Adaptive> Neurons<'_, T> {
    /// Advances all neurons by a step and lists the neurons that fire.
    #[inline(always)]
    pub(super) fn step(mut self, fired: &mut Fired) {
        fired.neurons.clear();
        let settles = settles(self.step);
        let mut blocks = match self.events {
            Some(events) => events,
            None => self.sleep.blocks(self.v.len(), self.step, &[&self.a_in]),
        };
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&*self.i, &*self.v, &*self.theta, &*self.r, &*self.s]);
            }
            let a_in = self.a_in.block(start, len);
            let (i, v) = (&mut self.i[start..][..len], &mut self.v[start..][..len]);
            let theta = &mut self.theta[start..][..len];
            let r = &mut self.r[start..][..len];
            let s = &mut self.s[start..][..len];
            let mantissa = self.bias_mant.block(start, len);
            let exponent = self.bias_exp.block(start, len);
            let [left_i] = self.derived.left_i.blocks(start, len);
            let [delta_v, delta_theta, delta_r, theta_0, theta_step] =
                self.derived.others.blocks(start, len);
            if settles {
                T::settle(i);
                T::settle(v);
                T::settle(theta);
                T::settle(r);
            }
            // A loop of its own: with 64-bit numbers in it, the next loop would be half as fast.
            for (i, left) in i.iter_mut().zip(left_i) {
                *i = T::decayed(*i, *left);
            }
            for n in 0..len {
                i[n] = T::arrive(i[n], a_in[n]);
                v[n] = T::voltage(v[n], delta_v[n], i[n], mantissa[n], exponent[n]);
                let excess = T::left(theta[n].minus(theta_0[n]), delta_theta[n]);
                let threshold = excess.plus(theta_0[n]);
                let refractoriness = T::left(r[n], delta_r[n]);
                let fires = v[n].minus(refractoriness) >= threshold;
                let raised = refractoriness.plus(threshold.plus(threshold));
                r[n] = select_unpredictable(fires, raised, refractoriness);
                let higher = threshold.plus(theta_step[n]);
                theta[n] = select_unpredictable(fires, higher, threshold);
                s[n] = fires;
            }
            fired.collect(start, s);
            if blocks.look() {
                let has_fired = fired.has_fired_from(start);
                let state: [&dyn StepState; 5] =
                    [&*self.i, &*self.v, &*self.theta, &*self.r, &*self.s];
                blocks.after(&state, has_fired);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lava's decay of a fixed-point current: the product is truncated, then shifted.
    fn decayed_by_lava(i: i32, delta_i: f64) -> i128 {
        let product = f64::from(i) * (4096.0 - (delta_i * 4096.0 + 1.0));
        product as i128 / 4096
    }

    proptest! {
        #[test]
        fn a_fixed_point_current_decays_by_any_fraction(i: i32, delta_i in 0.0..=1.0) {
            let decayed = <i32 as Adaptive>::decayed(i, <i32 as Adaptive>::left_of(delta_i));
            prop_assert_eq!(i128::from(decayed), decayed_by_lava(i, delta_i));
        }

        #[test]
        fn other_decays_leave_a_truncated_share(value: i32, delta in 0.0..=1.0) {
            let factor = (4096.0 - delta * 4096.0) as i128;
            let left = i32::left(value, <i32 as Adaptive>::decay(delta));
            prop_assert_eq!(i128::from(left), i128::from(value) * factor / 4096);
        }
    }

    #[test]
    fn decays_at_the_ends_of_their_range() {
        let decayed = |i, delta| <i32 as Adaptive>::decayed(i, <i32 as Adaptive>::left_of(delta));
        assert_eq!(decayed(1 << 23, 0.0), (1 << 23) - (1 << 11));
        assert_eq!(decayed(1 << 23, 1.0), -(1 << 11));
        assert_eq!(<i32 as Adaptive>::theta(-3.76), -240);
    }
}
