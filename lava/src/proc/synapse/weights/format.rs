//! Loihi's fixed-point format of weights and sums.

use super::error::WeightError;
use super::sign_mode::{BITS, SignMode};

/// The format in which Loihi stores the weights of a connection.
#[derive(Clone, Copy, Debug)]
pub(in crate::proc) struct LoihiFormat {
    /// The bits of a weight.
    pub(in crate::proc) bits: u32,
    /// The signs that weights may have; `None`: the narrowest mode that fits the weights.
    pub(in crate::proc) sign_mode: Option<SignMode>,
}

/// Clips and truncates the weights of a connection.
#[derive(Clone, Copy, Debug)]
pub(in crate::proc) struct Quantizer {
    mode: SignMode,
    bits: u32,
}

impl LoihiFormat {
    /// The quantizer for a connection of these weights.
    pub(in crate::proc) fn quantizer(
        self,
        weights: impl IntoIterator<Item = i32>,
    ) -> Result<Quantizer, WeightError> {
        let LoihiFormat { bits, sign_mode } = self;
        if bits > BITS {
            return Err(WeightError::Bits(bits));
        }
        let mode = sign_mode.unwrap_or_else(|| SignMode::of(weights));
        Ok(Quantizer { mode, bits })
    }
}

impl Quantizer {
    /// The weight as Loihi stores it.
    pub(in crate::proc) fn quantize(self, weight: i32) -> i32 {
        self.mode.truncate(self.mode.clip(weight), self.bits)
    }
}

/// The sum times `2^exponent`, rounded towards −∞ and wrapped around at 32 bits.
#[inline(always)]
pub(in crate::proc) fn scaled(sum: i32, exponent: i32) -> i32 {
    match exponent {
        0.. => sum.checked_shl(exponent.unsigned_abs()).unwrap_or(0),
        _ => sum >> exponent.unsigned_abs().min(31),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The greatest multiple of `2^lost` that is not above `weight`, in wide integers.
    fn floor(weight: i128, lost: u32) -> i128 {
        let step = 1_i128 << lost;
        weight.div_euclid(step) * step
    }

    fn stored(weight: i32, mode: SignMode, bits: u32) -> i128 {
        let weight = i128::from(weight);
        let lost = 8 - bits;
        match mode {
            SignMode::Mixed => floor(weight.clamp(-256, 255), lost + 1),
            SignMode::Excitatory | SignMode::Null => floor(weight.clamp(0, 255), lost),
            SignMode::Inhibitory => -floor((-weight).clamp(0, 255), lost),
        }
    }

    fn modes() -> impl Strategy<Value = SignMode> {
        prop_oneof![
            Just(SignMode::Null),
            Just(SignMode::Mixed),
            Just(SignMode::Excitatory),
            Just(SignMode::Inhibitory),
        ]
    }

    proptest! {
        #[test]
        fn weights_are_stored_as_wide_integers_say(weight: i32, mode in modes(), bits in 0..=8_u32) {
            let format = LoihiFormat { bits, sign_mode: Some(mode) };
            let quantizer = format.quantizer([]).expect("at most 8 bits");
            let once = quantizer.quantize(weight);
            prop_assert_eq!(i128::from(once), stored(weight, mode, bits));
            prop_assert_eq!(quantizer.quantize(once), once, "nothing is lost twice");
        }

        #[test]
        fn the_mode_is_the_narrowest(weights in prop::collection::vec(-9..9_i32, 0..6)) {
            let expected = match (weights.iter().min(), weights.iter().max()) {
                (Some(..0), Some(1..)) => SignMode::Mixed,
                (Some(..0), _) => SignMode::Inhibitory,
                _ => SignMode::Excitatory,
            };
            prop_assert_eq!(SignMode::of(weights), expected);
        }

        #[test]
        fn sums_are_scaled_as_wide_integers_are(sum: i32, exponent in -70..70_i32) {
            let wide = i128::from(sum);
            let exact = match exponent {
                0.. => wide << exponent,
                _ => wide.div_euclid(1 << -exponent),
            };
            prop_assert_eq!(scaled(sum, exponent), exact as i32);
        }
    }

    #[test]
    fn more_bits_than_a_weight_has_are_refused() {
        let format = LoihiFormat {
            bits: 9,
            sign_mode: None,
        };
        let error = format.quantizer([1]).map(drop).unwrap_err();
        assert_eq!(error, WeightError::Bits(9));
    }
}
