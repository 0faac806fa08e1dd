//! Exponential decay over whole numbers of steps.

use crate::proc::kernel::elementary::exp;

/// exp(−n·dt/τ) for whole numbers `n` of steps, from tables: the same bits on every machine. The default has
/// decayed in no step.
///
/// ```
/// use lava::proc::plasticity::Decay;
///
/// let decay = Decay::new(20.0, 0.1); // ms
/// assert!((decay.over(200) - (-1.0_f32).exp()).abs() < 1e-6);
/// assert_eq!(decay.over(u32::MAX), 0.0);
/// ```
#[derive(Clone, Debug)]
pub struct Decay {
    /// The decay in one step, as an exponent.
    rate: f64,
    /// Of 0, 1, 2, … steps.
    fine: Box<[f32; 1 << FINE]>,
    /// Of 0, 1, 2, … times as many steps as `fine` has.
    coarse: Box<[f32]>,
}

/// Steps that the fine table has, as a power of 2.
const FINE: u32 = 8;
/// Elements that the coarse table has at least, for as many steps as 16 bits count.
const NEAR: usize = 1 << (16 - FINE);
/// Elements that the coarse table has at most.
const COARSE: usize = 1 << 12;

impl Default for Decay {
    fn default() -> Decay {
        Decay {
            rate: 0.0,
            fine: Box::new([0.0; 1 << FINE]),
            coarse: Box::default(),
        }
    }
}

impl Decay {
    /// The decay with the time constant `tau` in steps of `dt`, both in ms. It is 0 where it would be
    /// less than the smallest normal number.
    pub fn new(tau: f64, dt: f64) -> Decay {
        let rate = dt / tau;
        let value = |steps: usize| normal(exp(-(steps as f64) * rate));
        let mut coarse: Vec<f32> = Vec::new();
        while coarse.len() < NEAR
            || coarse.len() < COARSE && coarse.last().is_none_or(|last| *last > 0.0)
        {
            coarse.push(value(coarse.len() << FINE));
        }
        Decay {
            rate,
            fine: Box::new(std::array::from_fn(value)),
            coarse: coarse.into(),
        }
    }

    /// The decay over a number of steps; `u32::MAX` stands for ever.
    #[inline(always)]
    pub fn over(&self, steps: u32) -> f32 {
        match self.coarse.get((steps >> FINE) as usize) {
            Some(coarse) => coarse * self.fine[(steps & ((1 << FINE) - 1)) as usize],
            None => self.over_long(steps),
        }
    }

    /// Fills `out` with what is left of `state` after 0, 1, 2, … steps.
    #[inline(always)]
    pub(super) fn trace(&self, state: f32, out: &mut [f32]) {
        let known = out.len().min(self.coarse.len() << FINE);
        let (known, rest) = out.split_at_mut(known);
        for (out, coarse) in known.chunks_mut(1 << FINE).zip(&self.coarse) {
            for (out, fine) in out.iter_mut().zip(self.fine.iter()) {
                *out = state * (coarse * fine);
            }
        }
        for (steps, out) in (known.len() as u32..).zip(rest) {
            *out = state * self.over(steps);
        }
    }

    /// Fills `out` with what is left of each state after a number of steps.
    #[inline(always)]
    pub(super) fn traces(&self, states: &[f32], steps: &[u16], out: &mut [f32]) {
        let Some(near) = self.coarse.first_chunk::<NEAR>() else {
            return out.fill(0.0);
        };
        for ((out, state), steps) in out.iter_mut().zip(states).zip(steps) {
            let steps = usize::from(*steps);
            *out = state * (near[steps >> FINE] * self.fine[steps & ((1 << FINE) - 1)]);
        }
    }

    #[cold]
    fn over_long(&self, steps: u32) -> f32 {
        let ended = self.coarse.last().is_none_or(|last| *last == 0.0);
        if ended || steps == u32::MAX {
            return 0.0;
        }
        normal(exp(-f64::from(steps) * self.rate))
    }
}

/// The nearest `f32`, or 0 if that is subnormal.
fn normal(value: f64) -> f32 {
    let value = value as f32;
    if value < f32::MIN_POSITIVE {
        0.0
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decay_is_exponential_over_any_number_of_steps() {
        for (tau, dt) in [(0.5, 0.1), (20.0, 0.1), (1e3, 1.0), (1e6, 0.1), (1e9, 1.0)] {
            let decay = Decay::new(tau, dt);
            for steps in [0, 1, 255, 256, 1000, 70_000, 1 << 20, 1 << 25, u32::MAX - 1] {
                let exact = (-f64::from(steps) * dt / tau).exp();
                let error = (f64::from(decay.over(steps)) - exact).abs();
                assert!(error <= 4e-7 * exact + 1e-37, "{tau} {steps}: {error}");
            }
            assert_eq!(decay.over(u32::MAX), 0.0);
            let mut trace = vec![0.0; 3 << FINE];
            decay.trace(0.7, &mut trace);
            let each = (0..).map(|steps| 0.7 * decay.over(steps));
            assert!(trace.into_iter().zip(each).all(|(all, one)| all == one));
            let steps = [0, 255, 256, u16::MAX];
            let mut traces = [0.0; 4];
            decay.traces(&[0.7; 4], &steps, &mut traces);
            assert_eq!(traces, steps.map(|steps| 0.7 * decay.over(steps.into())));
        }
    }
}
