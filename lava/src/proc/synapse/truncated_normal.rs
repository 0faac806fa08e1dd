//! The normal distribution between two bounds, drawn by inversion.

use std::f64::consts::SQRT_2;

use super::random::Random;

/// Standard deviations from the mean beyond which `f64` has no probabilities.
pub(super) const REACH: f64 = 37.0;

/// A normal distribution between two bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct TruncatedNormal {
    mean: f64,
    /// The standard deviation; negative where the bounds lie above the mean, so that the
    /// probabilities below them are small numbers and exact.
    sd: f64,
    low: f64,
    high: f64,
    /// The probabilities of values below the standardized bounds.
    below: [f64; 2],
}

impl TruncatedNormal {
    /// Returns `None` if the parameters describe no distribution, or the bounds are both more than
    /// [`REACH`] standard deviations above or below the mean. `sd` is positive.
    pub(super) fn new(mean: f64, sd: f64, low: f64, high: f64) -> Option<TruncatedNormal> {
        let [mut from, mut to] = [(low - mean) / sd, (high - mean) / sd];
        let in_order = low <= high && low < f64::INFINITY && high > f64::NEG_INFINITY;
        let in_reach = from <= REACH && to >= -REACH;
        if !(in_order && in_reach) {
            return None;
        }
        let mut sd = sd;
        if from > 0.0 {
            [from, to, sd] = [-to, -from, -sd];
        }
        Some(TruncatedNormal {
            mean,
            sd,
            low,
            high,
            below: [probability_below(from), probability_below(to)],
        })
    }

    /// The probability that a value of the normal distribution lies between the bounds.
    pub(super) fn mass(&self) -> f64 {
        self.below[1] - self.below[0]
    }

    /// The lower and the upper bound of values.
    pub(super) fn bounds(&self) -> (f64, f64) {
        let reach = REACH * self.sd.abs();
        (
            self.low.max(self.mean - reach),
            self.high.min(self.mean + reach),
        )
    }

    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        self.inverse(random.fine_unit())
    }

    /// The value below which a value lies with this probability.
    pub(super) fn quantile(&self, probability: f64) -> f64 {
        // The bounds are mirrored where they lie above the mean.
        match self.sd < 0.0 && !self.is_flat() {
            true => self.inverse(1.0 - probability),
            false => self.inverse(probability),
        }
    }

    /// The probability of a value up to `value`.
    pub(super) fn below(&self, value: f64) -> f64 {
        if value < self.low {
            return 0.0;
        }
        if value >= self.high {
            return 1.0;
        }
        if self.is_flat() {
            return (value - self.low) / (self.high - self.low);
        }
        let [from, to] = self.below;
        let below = probability_below((value - self.mean) / self.sd);
        let share = ((below - from) / (to - from)).clamp(0.0, 1.0);
        if self.sd < 0.0 { 1.0 - share } else { share }
    }

    /// Returns `true` if the density is the same everywhere, and probabilities may be the same number.
    fn is_flat(&self) -> bool {
        /// The relative difference of densities that makes none.
        const FLAT: f64 = 1e-9;
        let width = self.high - self.low;
        let farthest = (self.low - self.mean)
            .abs()
            .max((self.high - self.mean).abs());
        width * farthest < FLAT * self.sd * self.sd
    }

    /// The value at `unit`, 0 to 1, between the probabilities of the bounds.
    fn inverse(&self, unit: f64) -> f64 {
        let value = if self.is_flat() {
            self.low + unit * (self.high - self.low)
        } else {
            let [from, to] = self.below;
            self.mean + self.sd * quantile(from + unit * (to - from))
        };
        value.clamp(self.low, self.high)
    }
}

/// The probability that a standard normal variable lies below `value`.
pub(super) fn probability_below(value: f64) -> f64 {
    0.5 * libm::erfc(-value / SQRT_2)
}

/// The value below which a standard normal variable lies with this probability, to 16 digits.
///
/// Source: Wichura (1988), *Algorithm AS 241: The percentage points of the normal distribution*,
/// Applied Statistics 37(3), 477–484; function PPND16.
pub(super) fn quantile(probability: f64) -> f64 {
    let from_half = probability - 0.5;
    if from_half.abs() <= 0.425 {
        let r = 0.180_625 - from_half * from_half;
        return from_half * ratio(&CENTRE, r);
    }
    let tail = probability.min(1.0 - probability);
    let r = (-tail.ln()).sqrt();
    let value = match r <= 5.0 {
        true => ratio(&FLANK, r - 1.6),
        false => ratio(&TAIL, r - 5.0),
    };
    value.copysign(from_half)
}

/// The quotient of two polynomials, of which the lowest coefficients come first.
fn ratio([numerator, denominator]: &[[f64; 8]; 2], r: f64) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| {
        let highest_first = coefficients.iter().rev();
        highest_first.fold(0.0, |sum, coefficient| sum * r + coefficient)
    };
    polynomial(numerator) / polynomial(denominator)
}

const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
];

const FLANK: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];

const TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_7e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_inverse_of_the_distribution() {
        for step in -3600..=800 {
            let value = f64::from(step) / 100.0;
            let found = quantile(probability_below(value));
            // A probability near 1 has no more digits.
            let digits = if value > 0.0 {
                1e-16 * (value * value / 2.0).exp()
            } else {
                0.0
            };
            let error = (found - value).abs();
            assert!(
                error < 1e-13 * value.abs().max(0.1) + 5.0 * digits,
                "{value}: {found}"
            );
        }
    }

    #[test]
    fn values_have_the_mean_of_the_distribution() {
        let density = |z: f64| (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        for (from, to) in [
            (-1.0, 2.0),
            (1.5, 2.5),
            (-2.5, -1.5),
            (6.0, 9.0),
            (-30.0, -29.0),
            (-1e-4, 2e-4),
            (3.0, f64::INFINITY),
            (f64::NEG_INFINITY, -3.0),
        ] {
            let (mean, sd) = (15.0, 2.0);
            let (low, high) = (mean + sd * from, mean + sd * to);
            let normal = TruncatedNormal::new(mean, sd, low, high).expect("within reach");
            let mut random = Random::new(1, 0);
            let draws = 40_000;
            let values = (0..draws).map(|_| normal.draw(&mut random));
            let values: Vec<f64> = values.collect();
            assert!(values.iter().all(|value| (low..=high).contains(value)));
            let expected = mean + sd * (density(from) - density(to)) / normal.mass();
            let found = values.iter().sum::<f64>() / f64::from(draws);
            let spread = values
                .iter()
                .map(|value| (value - found).powi(2))
                .sum::<f64>();
            let error = (spread / f64::from(draws) / f64::from(draws)).sqrt();
            assert!(
                (found - expected).abs() < 5.0 * error,
                "{from}..{to}: {found}, not {expected}"
            );
        }
    }

    #[test]
    fn bounds_may_be_as_close_as_numbers_are() {
        let next = 15.0_f64.next_up();
        for (low, high) in [
            (15.0, next),
            (15.0, 15.0),
            (15.0, 15.000_000_000_001),
            (-0.0, 1e-300),
        ] {
            let normal = TruncatedNormal::new(15.0, 1.0, low, high).expect("within reach");
            let mut random = Random::new(2, 0);
            let upper = (0..1000).filter(|_| {
                let value = normal.draw(&mut random);
                assert!((low..=high).contains(&value), "{value}");
                value - low > (high - low) / 2.0
            });
            assert!(
                low == high || (400..600).contains(&upper.count()),
                "{low}..{high}"
            );
        }
    }

    #[test]
    fn bounds_out_of_reach_are_refused() {
        let refused = |low: f64, high: f64| TruncatedNormal::new(0.0, 2.0, low, high).is_none();
        assert!(refused(75.0, 80.0) && refused(-80.0, -75.0) && refused(1.0, 0.5));
        assert!(refused(f64::NAN, 1.0) && refused(0.0, f64::NAN));
        assert!(refused(f64::INFINITY, f64::INFINITY));
        assert!(!refused(73.0, 80.0) && !refused(-80.0, -73.0));
        assert!(
            !refused(74.0, 80.0) && refused(74.1, 80.0),
            "37 standard deviations"
        );
        let values = TruncatedNormal::new(0.0, 2.0, 73.0, 80.0).expect("within reach");
        let value = values.draw(&mut Random::new(0, 0));
        assert!((73.0..74.0).contains(&value), "{value}");
    }
}
