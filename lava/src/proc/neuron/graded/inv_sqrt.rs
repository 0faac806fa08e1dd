//! Inverse square roots.

use crate::prelude::*;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::signal::Signal;

/// Inverse square root of the input, in the same step.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/inv_sqrt.svg"))]
///
/// In floating point, `InvSqrt<f32>` and `InvSqrt<f64>`, `s_out = 1/√a_in`: infinity for 0, NaN for
/// negative input.
///
/// In fixed point, `InvSqrt<i32>`, input and output have 12 fractional bits: `s_out = 2^12 / √(a_in
/// / 2^12)`, by five steps of Newton's iteration from a table of estimates, bit for bit as in Lava;
/// 0 for an input of 0. Input has 24 bits; the output for negative or larger input is undefined.
/// Large inputs lose precision, since few bits of the output are left.
///
/// Both ports have the shape of the population.
///
/// Source: Intel's Lava, `lava.proc.graded`, whose `fp_base` its fixed-point model ignores too.
/// Lava's model has one neuron, this one a population.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{InvSqrt, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32>  = Source::data([[4096, 4 * 4096, 0]]);
///     root:  InvSqrt<i32> = InvSqrt::shape([3]);
///     input.s_out -> root.a_in;
/// }?;
/// let sent = net.probe(&net.root.s_out)?;
/// net.run(RunSteps(1))?;
/// // 1, 1/2 and nothing, to a unit in the last place.
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [4095, 2047, 0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct InvSqrt<T: Signal = f32> {
    /// Input.
    a_in: InPort<T>,
    /// Inverse square roots of the input.
    s_out: OutPort<T>,
}

#[implements(proc = InvSqrt<T>, protocol = Loihi, shardable, batch)]
#[tag(FloatingPt)]
struct InvSqrtFloat<T: Real + Signal> {
    a_in: In<T>,
    s_out: Out<T>,
}

impl<T: Real + Signal> LoihiModel for InvSqrtFloat<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let roots = self
            .s_out
            .accumulate()?
            .iter_mut()
            .zip(self.a_in.recv_slice());
        roots.for_each(|(s_out, a_in)| *s_out = a_in.sqrt().recip());
        Ok(())
    }
}

#[implements(proc = InvSqrt<i32>, protocol = Loihi, shardable, batch)]
#[tag(FixedPt)]
struct InvSqrtFixed {
    a_in: In<i32>,
    s_out: Out<i32>,
    #[local(rebuilt)]
    estimates: fixed::Estimates,
}

impl LoihiModel for InvSqrtFixed {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let roots = self
            .s_out
            .accumulate()?
            .iter_mut()
            .zip(self.a_in.recv_slice());
        roots.for_each(|(s_out, a_in)| *s_out = self.estimates.inverse_root(*a_in));
        Ok(())
    }
}

/// Newton's iteration in integers.
mod fixed {
    /// Bits of an input.
    const BITS: usize = 24;
    /// Fractional bits.
    const FRACTION: u32 = 12;
    const ITERATIONS: usize = 5;

    /// Twice the inverse square root of a number with `n` leading zeros among [`BITS`], for every
    /// `n`.
    pub(super) struct Estimates([i64; BITS]);

    impl Default for Estimates {
        fn default() -> Estimates {
            let one = f64::from(1 << FRACTION);
            Estimates(std::array::from_fn(|zeros| {
                let bit = (BITS - 1 - zeros) as f64;
                // The numbers with this many bits have roots of 1 to √2 times the power of 2; the
                // constant lies between.
                let root = ((bit - f64::from(FRACTION)) / 2.0).exp2() * 1.238982962;
                2 * (one / root) as i64
            }))
        }
    }

    impl Estimates {
        #[inline(always)]
        pub(super) fn inverse_root(&self, a: i32) -> i32 {
            const HALF: u32 = FRACTION + 1;
            if a == 0 {
                return 0;
            }
            // For more than 24 bits, Lava indexes the table from its end.
            let zeros = a.leading_zeros() as usize + 2 * BITS - i32::BITS as usize;
            let estimate = self.0[zeros % BITS];
            let (mut rest, mut factor, mut root) = (i64::from(a), estimate, estimate / 2);
            for _ in 0..ITERATIONS {
                rest = (rest.wrapping_mul(factor) >> HALF).wrapping_mul(factor) >> HALF;
                factor = (3_i64 << FRACTION).wrapping_sub(rest);
                root = root.wrapping_mul(factor) >> HALF;
            }
            root as i32
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use proptest::prelude::*;

        #[test]
        fn roots_are_those_of_lava() {
            let estimates = Estimates::default();
            let roots = [1, 2, 100, 4096, 70_000, 0].map(|a| estimates.inverse_root(a));
            assert_eq!(roots, [264_045, 185_567, 26_251, 4095, 990, 0]);
        }

        proptest! {
            #[test]
            fn inputs_of_24_bits_have_their_root(a in 1..1 << BITS) {
                let root = Estimates::default().inverse_root(a);
                let exact = f64::from(1 << FRACTION).powf(1.5) / f64::from(a).sqrt();
                let error = (f64::from(root) - exact).abs();
                prop_assert!(error <= 8.0 + 0.01 * exact, "{root}, not {exact}");
            }

            #[test]
            fn any_input_has_an_output(a in any::<i32>()) {
                Estimates::default().inverse_root(a);
            }
        }
    }
}
