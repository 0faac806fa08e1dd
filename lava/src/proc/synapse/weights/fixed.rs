//! Trained weights as weights that Loihi can store.

use ndarray::{Array, ArrayBase, Data, Dimension};

use super::error::WeightError;
use super::sign_mode::{BITS, SignMode};
use super::weight::Weight;

/// Weights in Loihi's fixed point, for a connection like [`Dense<i32>`](super::super::Dense). A
/// weight `w` represents `w·2^weight_exp`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Dense;
/// use lava::proc::weights::FixedWeights;
/// use ndarray::arr2;
///
/// # fn main() -> lava::Result<()> {
/// // A trained layer whose neurons spike at 1.0 becomes one whose neurons spike at 64.
/// let trained = arr2(&[[0.9_f32, -0.31], [0.02, 0.5]]);
/// let (fixed, error) = FixedWeights::quantize(&trained, 64.0, 8)?;
/// assert!(error.max <= 0.01 && error.rms <= error.max);
/// let net = Network::<Loihi1SimCfg>::new();
/// let dense: Dense<i32> = net.add(
///     Dense::weights(fixed.weights)
///         .weight_exp(fixed.weight_exp)
///         .num_weight_bits(fixed.num_weight_bits)
///         .sign_mode(Some(fixed.sign_mode)),
/// )?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FixedWeights<D: Dimension> {
    /// The weights; a connection of these bits and signs stores them unchanged.
    pub weights: Array<i32, D>,
    /// Sums are multiplied by `2^weight_exp`.
    pub weight_exp: i32,
    /// The bits of a weight, 1 to 8.
    pub num_weight_bits: u32,
    /// The signs that the weights have.
    pub sign_mode: SignMode,
}

/// The distance of quantized weights from the given ones, in units of the latter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QuantizationError {
    /// The largest difference.
    pub max: f64,
    /// The root of the mean square difference.
    pub rms: f64,
}

impl<D: Dimension> FixedWeights<D> {
    /// The fewest bits that hold weights of 8 bits without changing the numbers that they represent
    /// (Lava's `optimize_weight_bits`): weights are multiplied by the largest power of two that
    /// leaves them in range, `weight_exp` compensates, and the lowest bits that are 0 in all
    /// weights are left out.
    ///
    /// `sign_mode` `None` is the narrowest mode that fits. Odd weights of mixed signs need 9 bits,
    /// of which a connection stores 8.
    ///
    /// ```
    /// use lava::proc::weights::FixedWeights;
    /// use ndarray::arr1;
    ///
    /// let fixed = FixedWeights::optimize(&arr1(&[4, 12, 8]), None)?;
    /// assert_eq!(fixed.weights, arr1(&[64, 192, 128]));
    /// assert_eq!((fixed.weight_exp, fixed.num_weight_bits), (-4, 2));
    /// # Ok::<(), lava::proc::weights::WeightError>(())
    /// ```
    ///
    /// # Errors
    /// [`WeightError::Range`] if a weight is not in the range of the sign mode.
    pub fn optimize<S: Data<Elem = i32>>(
        weights: &ArrayBase<S, D>,
        sign_mode: Option<SignMode>,
    ) -> Result<FixedWeights<D>, WeightError> {
        let sign_mode = sign_mode.unwrap_or_else(|| SignMode::of(weights.iter().copied()));
        let (least, greatest) = sign_mode.range();
        let outside = |weight: &&i32| !(least..=greatest).contains(*weight);
        if let Some(weight) = weights.iter().find(outside) {
            return Err(WeightError::Range {
                weight: *weight,
                mode: sign_mode,
                least,
                greatest,
            });
        }
        let fits = |shift: u32| {
            let mut shifted = weights.iter().map(|weight| weight << shift);
            shifted.all(|weight| (least..=greatest).contains(&weight))
        };
        let used = weights.iter().fold(0, |bits, weight| bits | weight);
        if used == 0 {
            return Ok(FixedWeights {
                weights: weights.to_owned(),
                weight_exp: 0,
                num_weight_bits: 1,
                sign_mode,
            });
        }
        let shift = (0..=BITS).rev().find(|shift| fits(*shift)).unwrap_or(0);
        let needed = BITS + sign_mode.lost(BITS) - (used.trailing_zeros() + shift).min(BITS);
        Ok(FixedWeights {
            weights: weights.mapv(|weight| weight << shift),
            weight_exp: -(shift as i32),
            num_weight_bits: needed.clamp(1, BITS),
            sign_mode,
        })
    }

    /// The weights of `bits` bits that are nearest to `scale` times the trained ones, with the
    /// smallest exponent with which the largest fits.
    ///
    /// `scale` is the number of fixed-point units in a unit of the trained network: a threshold of
    /// 1.0 becomes `scale`, and inputs and biases are scaled by it as well. Sums are rounded to
    /// whole units, so it should be large.
    ///
    /// # Errors
    /// [`WeightError`] if a weight is not finite, the scale is not above 0, or `bits` is not
    /// 1 to 8.
    pub fn quantize<T, S>(
        weights: &ArrayBase<S, D>,
        scale: f64,
        bits: u32,
    ) -> Result<(FixedWeights<D>, QuantizationError), WeightError>
    where
        T: Weight,
        S: Data<Elem = T>,
    {
        let grid = Grid::of(weights.iter().map(|weight| weight.to_f64()), scale, bits)?;
        let fixed = FixedWeights {
            weights: weights.mapv(|weight| grid.nearest(weight.to_f64() * scale) as i32),
            weight_exp: grid.exponent,
            num_weight_bits: bits,
            sign_mode: grid.sign_mode,
        };
        let pairs = weights.iter().zip(&fixed.weights);
        let errors = pairs
            .map(|(weight, kept)| (weight.to_f64() - f64::from(*kept) * grid.unit() / scale).abs());
        let (max, squares) = errors.fold((0.0_f64, 0.0), |(max, squares), error| {
            (max.max(error), squares + error * error)
        });
        let rms = (squares / weights.len().max(1) as f64).sqrt();
        Ok((fixed, QuantizationError { max, rms }))
    }

    /// The numbers that the weights represent.
    ///
    /// ```
    /// use lava::proc::weights::FixedWeights;
    /// use ndarray::arr1;
    ///
    /// let fixed = FixedWeights::optimize(&arr1(&[4, 12]), None)?;
    /// assert_eq!(fixed.to_real(), arr1(&[4.0, 12.0]));
    /// # Ok::<(), lava::proc::weights::WeightError>(())
    /// ```
    pub fn to_real(&self) -> Array<f64, D> {
        let unit = 2.0_f64.powi(self.weight_exp);
        self.weights.mapv(|weight| f64::from(weight) * unit)
    }
}

/// The numbers that weights of some bits can represent.
struct Grid {
    sign_mode: SignMode,
    exponent: i32,
    /// The distance between neighbouring weights.
    step: f64,
}

impl Grid {
    /// The finest grid that holds weights.
    fn of(weights: impl Iterator<Item = f64>, scale: f64, bits: u32) -> Result<Grid, WeightError> {
        /// Finer grids would leave the normal numbers.
        const FINEST: i32 = -1000;
        match bits {
            0 => return Err(WeightError::NoBits),
            1..=BITS => {}
            _ => return Err(WeightError::Bits(bits)),
        }
        if !(scale.is_finite() && scale > 0.0) {
            return Err(WeightError::Scale(scale));
        }
        let (mut least, mut greatest) = (0.0_f64, 0.0_f64);
        for weight in weights {
            let scaled = weight * scale;
            if !scaled.is_finite() {
                return Err(WeightError::NotFinite { weight, scale });
            }
            (least, greatest) = (least.min(scaled), greatest.max(scaled));
        }
        let sign_mode = SignMode::with_signs(least < 0.0, greatest > 0.0);
        let largest = greatest.max(-least);
        let mut grid = Grid {
            sign_mode,
            exponent: 0,
            step: f64::from(1_u32 << sign_mode.lost(bits)),
        };
        if largest > 0.0 {
            grid.exponent = (largest.log2().floor() as i32 - BITS as i32 - 1).max(FINEST);
            while !(grid.holds(least) && grid.holds(greatest)) {
                grid.exponent += 1;
            }
        }
        Ok(grid)
    }

    /// The number that a weight of 1 represents.
    fn unit(&self) -> f64 {
        2.0_f64.powi(self.exponent)
    }

    /// The weight that is nearest to a number.
    fn nearest(&self, number: f64) -> f64 {
        (number / self.unit() / self.step).round() * self.step
    }

    fn holds(&self, number: f64) -> bool {
        let (least, greatest) = self.sign_mode.range();
        (f64::from(least)..=f64::from(greatest)).contains(&self.nearest(number))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, arr1};
    use proptest::prelude::*;

    use super::super::format::LoihiFormat;
    use super::*;

    /// The numbers that a connection computes with.
    fn stored(fixed: &FixedWeights<ndarray::Ix1>) -> Array1<i32> {
        let format = LoihiFormat {
            bits: fixed.num_weight_bits,
            sign_mode: Some(fixed.sign_mode),
        };
        let quantizer = format.quantizer([]).expect("at most 8 bits");
        fixed.weights.mapv(|weight| quantizer.quantize(weight))
    }

    proptest! {
        #[test]
        fn fewer_bits_stand_for_the_same_weights(
            halves in prop::collection::vec(-127..=127_i32, 1..9),
        ) {
            let weights: Array1<i32> = halves.iter().map(|half| 2 * half).collect();
            let fixed = FixedWeights::optimize(&weights, None).expect("within range");
            prop_assert_eq!(fixed.to_real(), weights.mapv(f64::from));
            prop_assert_eq!(stored(&fixed), fixed.weights);
            prop_assert!(fixed.weight_exp <= 0);
        }

        #[test]
        fn one_bit_less_would_not_do(weights in prop::collection::vec(0..=255_i32, 1..9)) {
            let weights = Array1::from(weights);
            let mut fixed = FixedWeights::optimize(&weights, None).expect("within range");
            prop_assert_eq!(stored(&fixed), fixed.weights.clone());
            if fixed.num_weight_bits > 1 {
                fixed.num_weight_bits -= 1;
                prop_assert_ne!(stored(&fixed), fixed.weights);
            }
        }

        #[test]
        fn no_trained_weight_is_further_away_than_half_a_step(
            weights in prop::collection::vec(-1e3..1e3_f64, 1..9),
            scale in 1e-3..1e6_f64,
            bits in 1..=8_u32,
        ) {
            let weights = Array1::from(weights);
            let (fixed, error) = FixedWeights::quantize(&weights, scale, bits).expect("finite");
            prop_assert_eq!(stored(&fixed), fixed.weights.clone());
            let step = f64::from(1_u32 << fixed.sign_mode.lost(bits));
            let half = 0.5 * step * 2.0_f64.powi(fixed.weight_exp) / scale;
            prop_assert!(error.max <= half * (1.0 + 1e-9), "{} > {half}", error.max);
            let errors = (&weights - &(fixed.to_real() / scale)).mapv(f64::abs);
            prop_assert!(errors.iter().all(|each| *each <= error.max * (1.0 + 1e-9)));
            let rms = (errors.mapv(|each| each * each).sum() / errors.len() as f64).sqrt();
            prop_assert!((rms - error.rms).abs() <= 1e-9 * (rms + 1e-300));
        }
    }

    #[test]
    fn mixed_signs_take_one_bit() -> Result<(), WeightError> {
        let fixed = FixedWeights::optimize(&arr1(&[4, -8]), None)?;
        assert_eq!(fixed.weights, arr1(&[128, -256]));
        assert_eq!((fixed.weight_exp, fixed.num_weight_bits), (-5, 2));
        let fixed = FixedWeights::optimize(&arr1(&[255, -3]), None)?;
        assert_eq!((fixed.weight_exp, fixed.num_weight_bits), (0, 8));
        Ok(())
    }

    #[test]
    fn weights_that_are_all_zero_stay_so() -> Result<(), WeightError> {
        let fixed = FixedWeights::optimize(&arr1(&[0, 0]), None)?;
        assert_eq!((fixed.weights, fixed.weight_exp), (arr1(&[0, 0]), 0));
        let (fixed, error) = FixedWeights::quantize(&arr1(&[0.0_f32, 0.0]), 1.0, 8)?;
        assert_eq!(fixed.weights, arr1(&[0, 0]));
        assert_eq!(error, QuantizationError::default());
        Ok(())
    }

    #[test]
    fn what_cannot_be_stored_is_refused() {
        let refused = |weights: &[f64], scale, bits| {
            FixedWeights::quantize(&arr1(weights), scale, bits)
                .map(drop)
                .unwrap_err()
                .to_string()
        };
        assert!(refused(&[f64::NAN], 1.0, 8).contains("NaN"));
        assert!(refused(&[1e300], 1e300, 8).contains("not finite"));
        assert!(refused(&[1.0], 0.0, 8).contains("0.0"));
        assert!(refused(&[1.0], 1.0, 9).contains("at most 8"));
        assert!(refused(&[1.0], 1.0, 0).contains("1 to 8"));
        let error = FixedWeights::optimize(&arr1(&[-3]), Some(SignMode::Excitatory));
        let error = error.map(drop).unwrap_err().to_string();
        assert!(
            error.contains("-3") && error.contains("0 to 255"),
            "{error}"
        );
    }
}
