//! Sign modes: the signs that weights may have, and the bits that they leave.

/// The bits of a weight on Loihi.
pub(super) const BITS: u32 = 8;

/// The signs that the weights of a connection may have.
///
/// Loihi stores a weight in 8 bits. Where all weights have one sign, that is all magnitude;
/// where signs are mixed, one bit goes to the sign and the lowest bit of the magnitude is lost.
///
/// ```text
/// clip       Mixed −256 … 255, Excitatory 0 … 255, Inhibitory −255 … 0
/// truncate   clears the lowest 8 − bits bits, one more where signs are mixed, rounding towards
///            −∞, and towards 0 where all weights are inhibitory
/// ```
///
/// Source: Davies et al. (2018), *Loihi: A Neuromorphic Manycore Processor with On-Chip
/// Learning*, IEEE Micro 38(1); arithmetic as in Intel's Lava (`lava.utils.weightutils`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignMode {
    /// No sign mode: weights are treated as excitatory.
    Null,
    /// Weights of both signs, −256 … 254, even.
    Mixed,
    /// Weights of 0 … 255.
    Excitatory,
    /// Weights of −255 … 0.
    Inhibitory,
}

#[cfg(feature = "store")]
crate::storable!(
    enum SignMode {
        Null,
        Mixed,
        Excitatory,
        Inhibitory,
    }
);

impl SignMode {
    /// The mode that fits the weights: excitatory if none is negative, inhibitory if none is
    /// positive, mixed otherwise.
    ///
    /// ```
    /// use lava::proc::SignMode;
    /// assert_eq!(SignMode::of([3, -1]), SignMode::Mixed);
    /// assert_eq!(SignMode::of([0, 0]), SignMode::Excitatory);
    /// ```
    pub fn of(weights: impl IntoIterator<Item = i32>) -> SignMode {
        let signs = weights.into_iter().map(i32::signum);
        let (negative, positive) = signs.fold((false, false), |(negative, positive), sign| {
            (negative | (sign < 0), positive | (sign > 0))
        });
        SignMode::with_signs(negative, positive)
    }

    /// The narrowest mode for weights some of which are negative, positive, or both.
    pub(super) fn with_signs(negative: bool, positive: bool) -> SignMode {
        match (negative, positive) {
            (false, _) => SignMode::Excitatory,
            (true, false) => SignMode::Inhibitory,
            (true, true) => SignMode::Mixed,
        }
    }

    /// The least and the greatest weight before truncation.
    pub(super) fn range(self) -> (i32, i32) {
        match self {
            SignMode::Mixed => (-256, 255),
            SignMode::Inhibitory => (-255, 0),
            SignMode::Excitatory | SignMode::Null => (0, 255),
        }
    }

    /// The number of lowest bits that a weight of `bits` bits does not have.
    pub(super) fn lost(self, bits: u32) -> u32 {
        BITS.saturating_sub(bits) + u32::from(self == SignMode::Mixed)
    }

    /// The nearest weight that 8 bits can hold in this mode.
    ///
    /// ```
    /// use lava::proc::SignMode;
    /// assert_eq!(SignMode::Excitatory.clip(300), 255);
    /// assert_eq!(SignMode::Mixed.clip(-300), -256);
    /// ```
    pub fn clip(self, weight: i32) -> i32 {
        let (least, greatest) = self.range();
        weight.clamp(least, greatest)
    }

    /// Clears the bits that a weight of `bits` ≤ 8 bits does not have; bits are lost at the
    /// bottom, and mixed weights lose one more.
    ///
    /// ```
    /// use lava::proc::SignMode;
    /// assert_eq!(SignMode::Mixed.truncate(5, 8), 4);
    /// assert_eq!(SignMode::Mixed.truncate(-5, 8), -6);
    /// assert_eq!(SignMode::Inhibitory.truncate(-7, 6), -4);
    /// ```
    pub fn truncate(self, weight: i32, bits: u32) -> i32 {
        let lost = self.lost(bits);
        match self {
            SignMode::Inhibitory => ((weight.wrapping_neg() >> lost) << lost).wrapping_neg(),
            _ => (weight >> lost) << lost,
        }
    }
}
