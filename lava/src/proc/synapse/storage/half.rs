//! Weights as numbers of half precision.

use super::WeightStorage;

/// Weights in memory as floating-point numbers of 16 bits: binary16 of IEEE 754, half precision.
///
/// A weight keeps 11 bits, an error of at most 1/4096 of itself, if its size is between 6.1·10⁻⁵ and 65,504;
/// smaller ones have an error of at most 3·10⁻⁸, and larger ones are refused. Unlike multiples in `i16`, whose
/// scale is that of the projection, numbers of several projections lie in one list, which is delivered faster.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Sparse;
/// use lava::proc::synapse::{Distribution, Half, Projection};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let projection = Projection::new(10, 10).weights(Distribution::Constant(87.8));
/// let sparse: Sparse<f32, Spike, Half> = net.add(Sparse::projection(projection))?;
/// assert_eq!(sparse.weights.get()?[0], 87.8125);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Half {}

/// Bits of the fraction.
const FRACTION_BITS: i32 = 10;
/// The exponent of the smallest number that has all bits of its fraction.
const LEAST_EXPONENT: i32 = -14;
/// The largest number.
const LARGEST: f64 = 65_504.0;

/// The bits of the nearest number, of two the even one; `None` if none is near.
fn nearest(weight: f64) -> Option<u16> {
    let size = weight.abs();
    let exponent = ((size.to_bits() >> 52) as i32 - 1023).max(LEAST_EXPONENT);
    let unit = f64::from_bits(((1023 + exponent - FRACTION_BITS) as u64) << 52);
    let units = (size / unit).round_ties_even();
    if units * unit > LARGEST || !weight.is_finite() {
        return None;
    }
    // A fraction that is rounded up to the next power of two goes on in the exponent.
    let bits = ((exponent - LEAST_EXPONENT) << FRACTION_BITS) as u16 + units as u16;
    Some(u16::from(weight.is_sign_negative()) << 15 | bits)
}

/// The number of these bits.
#[inline(always)]
fn number(bits: u16) -> f32 {
    /// The ratio of what an exponent means here and in 32 bits: 2¹¹².
    const RATIO: f32 = f32::from_bits((127 + 112) << 23);
    // The sign is extended over the bits that the exponent does not reach.
    let wide = i32::from(bits.cast_signed()).cast_unsigned() << 13;
    f32::from_bits(wide & 0x8fff_e000) * RATIO
}

impl WeightStorage<f32> for Half {
    const WORDS: usize = 1;

    #[inline(always)]
    fn encode(weight: f32, _: f64, words: &mut [u16]) -> bool {
        let bits = nearest(f64::from(weight));
        words[0] = bits.unwrap_or_default();
        bits.is_some()
    }

    #[inline(always)]
    fn decode(words: &[u16], _: f32) -> f32 {
        number(words[0])
    }
}

impl WeightStorage<f64> for Half {
    const WORDS: usize = 1;

    #[inline(always)]
    fn encode(weight: f64, _: f64, words: &mut [u16]) -> bool {
        let bits = nearest(weight);
        words[0] = bits.unwrap_or_default();
        bits.is_some()
    }

    #[inline(always)]
    fn decode(words: &[u16], _: f64) -> f64 {
        f64::from(number(words[0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back() {
        for bits in 0..=u16::MAX {
            let is_finite = bits & 0x7c00 != 0x7c00;
            if is_finite {
                assert_eq!(nearest(f64::from(number(bits))), Some(bits), "{bits:#06x}");
            }
        }
    }

    #[test]
    fn the_nearest_number_is_taken() {
        let stored = |weight: f64| nearest(weight).map(number);
        assert_eq!(stored(1.0), Some(1.0));
        assert_eq!(stored(-87.8), Some(-87.8125));
        // Half way: to the even one.
        assert_eq!(stored(2049.0), Some(2048.0));
        assert_eq!(stored(2051.0), Some(2052.0));
        assert_eq!(stored(4095.0), Some(4096.0));
        assert_eq!(stored(65_519.9), Some(65_504.0));
        assert_eq!(stored(65_520.0), None);
        assert_eq!(stored(f64::INFINITY), None);
        assert_eq!(stored(f64::NAN), None);
        // Below the smallest number with a whole fraction, multiples of 2⁻²⁴.
        assert_eq!(stored(2.0_f64.powi(-24)), Some(2.0_f32.powi(-24)));
        assert_eq!(stored(2.0_f64.powi(-25)), Some(0.0));
        assert_eq!(stored(1e-300), Some(0.0));
    }
}
