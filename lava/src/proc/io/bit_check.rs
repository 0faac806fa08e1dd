//! Checks that numbers fit into so many bits.

use crate::prelude::*;

/// Counts how often a value of another process's Var does not fit into `bits` bits, sign included.
///
/// A value fits if it is in −2^(bits − 1) … 2^(bits − 1) − 1. It looks at the end of every step, in
/// the post-management phase. Whether a network would run on hardware, whose state variables have
/// 24 bits, is the use of it: the models here have 32.
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
    /// The Var that is checked.
    state: RefPort<i32>,
    /// The bits that its values may have.
    #[var(scalar, init = 24, range = 1..=31)]
    bits: Var<i32>,
    /// How many values did not fit so far, one for each element and step.
    #[var(scalar, init = 0, range = 0..)]
    overflows: Var<i64>,
}

impl BitCheck {
    /// Whether a value did not fit so far.
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

/// Whether a number has at most so many bits, 1 … 31.
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
