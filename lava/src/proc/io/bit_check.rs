//! Overflow check of Vars.

use crate::prelude::*;

/// Overflow check: counts the values of another process's Var that do not fit into `bits` bits,
/// sign included.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/bit_check.svg"))]
///
/// A value fits if it is in −2^(bits − 1) … 2^(bits − 1) − 1. The Var is read at the end of every
/// step, in the post-management phase. Use it to test if a network would run on Loihi, whose state
/// variables have 24 bits; the models here have 32. `state` has the shape of the Var, `bits` and
/// `overflows` are scalars.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Sigma, Source, io::BitCheck};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32> = Source::data([[50, -50], [50, -50], [50, -50]]);
///     sigma: Sigma<i32>  = Sigma::shape([2]);
///     check: BitCheck    = BitCheck::shape([2]).bits(8);
///     input.s_out -> sigma.a_in;
/// }?;
/// net.check.state.connect_var(&net.sigma.sigma)?;
/// net.run(RunSteps(2))?;
/// assert!(!net.check.overflowed()?);
/// net.run(RunSteps(1))?; // 150 and −150
/// assert!(net.check.overflowed()?);
/// assert_eq!(net.check.overflows.get()?, 2);
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.bit_check`.
#[process]
pub struct BitCheck {
    /// Reference to the checked Var.
    state: RefPort<i32>,
    /// Bits that a value may have, sign included.
    #[var(scalar, init = 24, range = 1..=31)]
    bits: Var<i32>,
    /// Number of values so far that did not fit, counted per element and step.
    #[var(scalar, init = 0, range = 0..)]
    overflows: Var<i64>,
}

impl BitCheck {
    /// Returns `true` if any value so far did not fit.
    ///
    /// # Errors
    /// As [`Var::get`].
    pub fn overflowed(&self) -> crate::Result<bool> {
        Ok(self.overflows.get()? > 0)
    }
}

#[implements(proc = BitCheck, protocol = Loihi)]
struct BitCheckModel {
    state: VarRef<i32>,
    bits: i32,
    overflows: i64,
}

/// Returns `true` if `value` has at most `bits` bits, 1 … 31.
#[inline(always)]
fn fits(value: i32, bits: i32) -> bool {
    let unused = 32 - bits;
    (value << unused) >> unused == value
}

impl LoihiModel for BitCheckModel {
    fn post_guard(&self) -> bool {
        true
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> crate::Result<()> {
        let values = self.state.read_slice(remote).iter();
        let over = values.filter(|value| !fits(**value, self.bits)).count();
        self.overflows = self.overflows.saturating_add(over as i64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fits;

    proptest! {
        #[test]
        fn a_number_fits_where_it_is_in_the_range_of_its_bits(
            value in prop_oneof![any::<i32>(), -300..300],
            bits in 1..=31,
        ) {
            let half = 1_i64 << (bits - 1);
            prop_assert_eq!(fits(value, bits), (-half..half).contains(&i64::from(value)));
        }
    }
}
