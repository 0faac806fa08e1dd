//! Conversion of real numbers to fixed point.

use ndarray::{ArrayBase, Data, Dimension, RawData};

use crate::{Error, Result};

/// Range of a message of 24 bits.
pub(super) const MESSAGE: [i32; 2] = [-(1 << 23), (1 << 23) - 1];
/// Range of a weight of 8 bits and a sign.
pub(super) const WEIGHT: [i32; 2] = [-256, 255];

/// Returns 2^`exp`, the representation of 1 with `exp` fractional bits.
pub(super) fn unit(exp: u32) -> f64 {
    f64::from(exp).exp2()
}

/// Converts real numbers to the nearest integers with `exp` fractional bits. `what` names them in
/// errors.
///
/// # Errors
/// If a number is out of range.
pub(super) fn to_fixed<S, D>(
    numbers: &ArrayBase<S, D>,
    exp: u32,
    [least, most]: [i32; 2],
    what: &str,
) -> Result<ndarray::Array<i32, D>>
where
    S: Data,
    S: RawData<Elem: Into<f64> + Copy>,
    D: Dimension,
{
    let outside = |number: &f64| !(f64::from(least)..=f64::from(most)).contains(number);
    let scaled = numbers.mapv(|number| (number.into() * unit(exp)).round());
    if let Some(number) = scaled.iter().find(|number| outside(number)) {
        return Err(Error::model(format!(
            "{} with {exp} bits behind the point is {number}, but {what} are from {least} to {most}; scale it, or take fewer bits",
            number / unit(exp),
        )));
    }
    Ok(scaled.mapv(|number| number as i32))
}

/// Sign-extends the lowest 24 bits of a number.
pub(super) fn sign_extended(number: i32) -> i32 {
    (number << 8) >> 8
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_numbers_are_rounded_to_the_nearest_unit() -> Result<()> {
        let numbers = to_fixed(&array![0.3, -0.3, 1.0, 0.0], 4, MESSAGE, "messages")?;
        assert_eq!(numbers, array![5, -5, 16, 0]);
        let whole = to_fixed(&array![[7, -9]], 0, MESSAGE, "messages")?;
        assert_eq!(whole, array![[7, -9]]);
        Ok(())
    }

    #[test]
    fn a_number_that_does_not_fit_is_named() {
        for number in [2.5, f64::NAN, f64::INFINITY] {
            let error = to_fixed(&array![0.0, number], 7, WEIGHT, "weights");
            let error = error.expect_err("it does not fit").to_string();
            assert!(error.contains(&format!("{number}")), "{error}");
            assert!(error.contains("weights are from -256 to 255"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn numbers_of_24_bits_keep_their_sign(number in MESSAGE[0]..=MESSAGE[1], above: i8) {
            let padded = (number & 0xff_ffff) | i32::from(above) << 24;
            prop_assert_eq!(sign_extended(padded), number);
        }
    }
}
