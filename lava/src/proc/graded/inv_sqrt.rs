//! Inverse square roots.

use crate::prelude::*;
use crate::proc::real::Real;
use crate::proc::sigma_delta::Signal;

/// Sends the inverse square root of its input, in the same step.
///
/// In floating point, `InvSqrt<f32>` and `InvSqrt<f64>`, that is `1/√a_in`: infinity for 0, and
/// not a number for negative input.
///
/// In fixed point, `InvSqrt<i32>`, input and output are in units of 2⁻¹²: `2^12 / √(a_in / 2^12)`,
/// by five steps of Newton's iteration from a table of estimates, bit for bit as Lava computes it;
/// 0 for an input of 0. Input has 24 bits; from one that has more or is negative nothing
/// meaningful comes out. Large inputs lose precision, as the output has few bits left.
///
/// Source: Intel's Lava, `lava.proc.graded`, whose `fp_base` the fixed-point model ignores too;
/// each neuron is on its own here, while Lava's model takes one.
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
    /// Numbers.
    a_in: InPort<T>,
    /// Their inverse square roots.
    s_out: OutPort<T>,
}

#[implements(proc = InvSqrt<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct InvSqrtFloat<T: Real + Signal> {
    a_in: In<T>,
    s_out: Out<T>,
}

impl<T: Real + Signal> Shardable for InvSqrtFloat<T> {}

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

#[implements(proc = InvSqrt<i32>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct InvSqrtFixed {
    a_in: In<i32>,
    s_out: Out<i32>,
    #[local]
    estimates: fixed::Estimates,
}

impl Shardable for InvSqrtFixed {}

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
    /// Bits behind the binary point.
    const FRACTION: u32 = 12;
    const ITERATIONS: usize = 5;

    /// Twice the inverse square root of a number of `BITS − n` bits, for every `n`.
    pub(super) struct Estimates([i64; BITS]);

    impl Default for Estimates {
        fn default() -> Estimates {
            let one = f64::from(1 << FRACTION);
            Estimates(std::array::from_fn(|zeros| {
                let bit = (BITS - 1 - zeros) as f64;
                // The constant is between 1 and √2, where the numbers of so many bits end.
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
            // Where there are more than 24 bits, Lava's table is indexed from its end.
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
