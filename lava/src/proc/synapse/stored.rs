//! How a weight is kept in memory.

/// A type that weights of type `T` are kept in: `T` itself, or `i16`.
///
/// Integers take 16 bits as they are. Floating-point weights are then multiples of 1/32767 of the
/// largest of their projection: the error of each is at most 1/65534 of it.
#[diagnostic::on_unimplemented(
    message = "weights of type `{T}` cannot be kept as `{Self}`",
    label = "neither `{T}` nor `i16`",
    note = "write `Sparse<{T}>`, or `Sparse<{T}, Spike, i16>` to keep weights in 16 bits"
)]
pub trait Stored<T>: Send + Sync + 'static {
    /// How many pieces of 16 bits a weight takes.
    #[doc(hidden)]
    const UNITS: usize;
    /// Whether weights are kept as multiples of something.
    #[doc(hidden)]
    const SCALED: bool = false;
    /// What a weight is a multiple of, where none is larger than `largest`.
    #[doc(hidden)]
    fn scale(largest: f64) -> f64 {
        let _ = largest;
        1.0
    }
    /// Writes a weight. False where it cannot be kept.
    #[doc(hidden)]
    fn write(weight: T, scale: f64, units: &mut [u16]) -> bool;
    /// Reads a weight.
    #[doc(hidden)]
    fn read(units: &[u16], scale: T) -> T;
}

macro_rules! as_it_is {
    ($type:ty, $bits:ty, $units:expr, $to_bits:expr, $from_bits:expr) => {
        impl Stored<$type> for $type {
            const UNITS: usize = $units;

            #[inline(always)]
            fn write(weight: $type, _: f64, units: &mut [u16]) -> bool {
                let bits: $bits = $to_bits(weight);
                for (unit, shift) in units.iter_mut().zip((0..).step_by(16)) {
                    *unit = (bits >> shift) as u16;
                }
                true
            }

            #[inline(always)]
            fn read(units: &[u16], _: $type) -> $type {
                let mut bits: $bits = 0;
                for unit in (0..$units).rev() {
                    bits = bits << 16 | <$bits>::from(units[unit]);
                }
                $from_bits(bits)
            }
        }
    };
}

as_it_is!(f32, u32, 2, f32::to_bits, f32::from_bits);
as_it_is!(f64, u64, 4, f64::to_bits, f64::from_bits);
as_it_is!(i32, u32, 2, i32::cast_unsigned, u32::cast_signed);

macro_rules! as_multiple {
    ($type:ty) => {
        impl Stored<$type> for i16 {
            const UNITS: usize = 1;
            const SCALED: bool = true;

            fn scale(largest: f64) -> f64 {
                match largest / f64::from(i16::MAX) {
                    0.0 => 1.0,
                    scale => scale,
                }
            }

            #[inline(always)]
            fn write(weight: $type, scale: f64, units: &mut [u16]) -> bool {
                let multiple = (f64::from(weight) / scale).round();
                units[0] = (multiple as i16).cast_unsigned();
                multiple.abs() <= f64::from(i16::MAX)
            }

            #[inline(always)]
            fn read(units: &[u16], scale: $type) -> $type {
                <$type>::from(units[0].cast_signed()) * scale
            }
        }
    };
}

as_multiple!(f32);
as_multiple!(f64);

impl Stored<i32> for i16 {
    const UNITS: usize = 1;

    #[inline(always)]
    fn write(weight: i32, _: f64, units: &mut [u16]) -> bool {
        units[0] = (weight as i16).cast_unsigned();
        i16::try_from(weight).is_ok()
    }

    #[inline(always)]
    fn read(units: &[u16], _: i32) -> i32 {
        i32::from(units[0].cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc::Weight;

    fn back<T: Weight, W: Stored<T>>(weight: T, scale: f64) -> Option<T> {
        let mut units = [0; 4];
        let units = &mut units[..W::UNITS];
        let kept = W::write(weight, scale, units);
        kept.then(|| W::read(units, T::from_f64(scale).expect("a scale is a weight")))
    }

    #[test]
    fn what_is_kept_as_it_is_comes_back() {
        assert_eq!(back::<f32, f32>(-1.5e-7, 1.0), Some(-1.5e-7));
        assert_eq!(back::<f64, f64>(1e300, 1.0), Some(1e300));
        assert_eq!(back::<i32, i32>(i32::MIN, 1.0), Some(i32::MIN));
        assert_eq!(back::<i32, i16>(-32_768, 1.0), Some(-32_768));
        assert_eq!(back::<i32, i16>(32_768, 1.0), None);
    }

    #[test]
    fn sixteen_bits_keep_a_number_to_a_65534th_of_the_largest() {
        let scale = <i16 as Stored<f32>>::scale(90.0);
        for weight in [90.0, -90.0, 0.0, 87.8, 0.001, -12.345] {
            let kept = back::<f32, i16>(weight, scale).expect("no larger than the largest");
            assert!(
                (kept - weight).abs() <= 90.0 / 65_534.0 * 1.001,
                "{weight}: {kept}"
            );
        }
        assert_eq!(back::<f32, i16>(90.1, scale), None);
        assert_eq!(
            back::<f64, i16>(0.0, <i16 as Stored<f64>>::scale(0.0)),
            Some(0.0)
        );
    }
}
