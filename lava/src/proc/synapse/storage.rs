//! The form in which weights lie in memory.

mod half;

pub use half::Half;

/// A type in which weights of type `T` lie in memory: `T` itself, `i16`, or [`Half`].
///
/// Integers are stored in `i16` as they are. Floating-point weights in `i16` are multiples of
/// 1/32767 of the largest of their projection: the error of each is at most 1/65534 of the largest. In `Half` the
/// error of each is at most 1/4096 of itself.
#[diagnostic::on_unimplemented(
    message = "weights of type `{T}` cannot be stored as `{Self}` [E3204]",
    label = "neither `{T}` nor `i16`, nor, for floating-point numbers, `Half`",
    note = "write `Sparse<{T}>`, or `Sparse<{T}, Spike, i16>` to store weights in 16 bits"
)]
pub trait WeightStorage<T>: Send + Sync + 'static {
    /// Words of 16 bits that a weight takes.
    #[doc(hidden)]
    const WORDS: usize;
    /// `true` if weights are stored as multiples of a scale.
    #[doc(hidden)]
    const SCALED: bool = false;
    /// The scale of weights of which none is larger than `largest`.
    #[doc(hidden)]
    fn scale(largest: f64) -> f64 {
        let _ = largest;
        1.0
    }
    /// Stores a weight. Returns `false` if this type cannot hold it.
    #[doc(hidden)]
    fn encode(weight: T, scale: f64, words: &mut [u16]) -> bool;
    /// The weight that is stored.
    #[doc(hidden)]
    fn decode(words: &[u16], scale: T) -> T;
}

macro_rules! stored_as_is {
    ($type:ty, $bits:ty, $count:expr, $to_bits:expr, $from_bits:expr) => {
        impl WeightStorage<$type> for $type {
            const WORDS: usize = $count;

            #[inline(always)]
            fn encode(weight: $type, _: f64, words: &mut [u16]) -> bool {
                let bits: $bits = $to_bits(weight);
                for (word, shift) in words.iter_mut().zip((0..).step_by(16)) {
                    *word = (bits >> shift) as u16;
                }
                true
            }

            #[inline(always)]
            fn decode(words: &[u16], _: $type) -> $type {
                let mut bits: $bits = 0;
                for word in (0..$count).rev() {
                    bits = bits << 16 | <$bits>::from(words[word]);
                }
                $from_bits(bits)
            }
        }
    };
}

stored_as_is!(f32, u32, 2, f32::to_bits, f32::from_bits);
stored_as_is!(f64, u64, 4, f64::to_bits, f64::from_bits);
stored_as_is!(i32, u32, 2, i32::cast_unsigned, u32::cast_signed);

macro_rules! stored_as_multiple {
    ($type:ty) => {
        impl WeightStorage<$type> for i16 {
            const WORDS: usize = 1;
            const SCALED: bool = true;

            fn scale(largest: f64) -> f64 {
                match largest / f64::from(i16::MAX) {
                    0.0 => 1.0,
                    scale => scale,
                }
            }

            #[inline(always)]
            fn encode(weight: $type, scale: f64, words: &mut [u16]) -> bool {
                let multiple = (f64::from(weight) / scale).round();
                words[0] = (multiple as i16).cast_unsigned();
                multiple.abs() <= f64::from(i16::MAX)
            }

            #[inline(always)]
            fn decode(words: &[u16], scale: $type) -> $type {
                <$type>::from(words[0].cast_signed()) * scale
            }
        }
    };
}

stored_as_multiple!(f32);
stored_as_multiple!(f64);

impl WeightStorage<i32> for i16 {
    const WORDS: usize = 1;

    #[inline(always)]
    fn encode(weight: i32, _: f64, words: &mut [u16]) -> bool {
        words[0] = (weight as i16).cast_unsigned();
        i16::try_from(weight).is_ok()
    }

    #[inline(always)]
    fn decode(words: &[u16], _: i32) -> i32 {
        i32::from(words[0].cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc::Weight;

    fn back<T: Weight, W: WeightStorage<T>>(weight: T, scale: f64) -> Option<T> {
        let mut words = [0; 4];
        let words = &mut words[..W::WORDS];
        let stored = W::encode(weight, scale, words);
        stored.then(|| W::decode(words, T::from_f64(scale).expect("a scale is a weight")))
    }

    #[test]
    fn what_is_stored_as_it_is_comes_back() {
        assert_eq!(back::<f32, f32>(-1.5e-7, 1.0), Some(-1.5e-7));
        assert_eq!(back::<f64, f64>(1e300, 1.0), Some(1e300));
        assert_eq!(back::<i32, i32>(i32::MIN, 1.0), Some(i32::MIN));
        assert_eq!(back::<i32, i16>(-32_768, 1.0), Some(-32_768));
        assert_eq!(back::<i32, i16>(32_768, 1.0), None);
    }

    #[test]
    fn sixteen_bits_hold_a_number_to_a_65534th_of_the_largest() {
        let scale = <i16 as WeightStorage<f32>>::scale(90.0);
        for weight in [90.0, -90.0, 0.0, 87.8, 0.001, -12.345] {
            let stored = back::<f32, i16>(weight, scale).expect("no larger than the largest");
            assert!(
                (stored - weight).abs() <= 90.0 / 65_534.0 * 1.001,
                "{weight}: {stored}"
            );
        }
        assert_eq!(back::<f32, i16>(90.1, scale), None);
        assert_eq!(
            back::<f64, i16>(0.0, <i16 as WeightStorage<f64>>::scale(0.0)),
            Some(0.0)
        );
    }
}
