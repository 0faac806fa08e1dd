//! Distributions of weights and delays.

use rand_distr::Distribution as _;
use rand_distr::{Normal, Uniform};

use super::error::SynapseError;
use super::random::Random;
use super::truncated_normal::{self, TruncatedNormal};

/// A distribution of weights or delays, drawn independently for each synapse.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// One value.
    Constant(f64),
    /// Between `low` and `high`, all equally likely. Where values are whole numbers (delays, weights
    /// of type `i32`) and both bounds are, every whole number from `low` to `high` is equally
    /// likely, both included; between other bounds, values are rounded.
    Uniform {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// Normal.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        sd: f64,
    },
    /// Normal, given that it lies between `low` and `high`. The bounds may be as close to each other
    /// as numbers are, one of them infinite, and as far as 37 standard deviations from the mean.
    TruncatedNormal {
        /// The mean before truncation.
        mean: f64,
        /// The standard deviation before truncation.
        sd: f64,
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// The exponential of a normal variable.
    LogNormal {
        /// The mean of the logarithm.
        mu: f64,
        /// The standard deviation of the logarithm.
        sigma: f64,
    },
}

#[cfg(feature = "store")]
crate::storable!(enum Distribution {
    Constant(value),
    Uniform { low, high },
    Normal { mean, sd },
    TruncatedNormal { mean, sd, low, high },
    LogNormal { mu, sigma },
});

/// A distribution of delays, in steps: a [`Distribution`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a distribution of delays [E3204]",
    label = "not a `Distribution`",
    note = "delays are numbers of steps: `Distribution::Constant(15.0)` is 1.5 ms at steps of 0.1 ms"
)]
pub trait DelayDistribution {
    /// The distribution.
    fn into_distribution(self) -> Distribution;
}

#[diagnostic::do_not_recommend]
impl DelayDistribution for Distribution {
    fn into_distribution(self) -> Distribution {
        self
    }
}

/// A distribution whose parameters have been checked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sampler {
    Constant(f64),
    Uniform(Uniform<f64>, f64, f64),
    /// The whole numbers from the first to the second.
    Whole(f64, f64),
    Normal(Normal<f64>),
    /// Redrawn until it lies within the bounds, which is fast where it mostly does.
    Redrawn(Normal<f64>, f64, f64),
    Truncated(TruncatedNormal),
    /// Of the logarithm.
    LogNormal(Normal<f64>),
}

impl Distribution {
    /// The distribution of values `factor` times as large. Delays in ms become steps by a factor
    /// of `1.0 / dt`.
    ///
    /// ```
    /// use lava::proc::synapse::Distribution;
    /// let delays = Distribution::Normal { mean: 1.5, sd: 0.75 };
    /// assert_eq!(delays.scaled(10.0), Distribution::Normal { mean: 15.0, sd: 7.5 });
    /// ```
    #[must_use]
    pub fn scaled(self, factor: f64) -> Distribution {
        match self {
            Distribution::Constant(value) => Distribution::Constant(value * factor),
            Distribution::Uniform { low, high } => Distribution::Uniform {
                low: low * factor,
                high: high * factor,
            },
            Distribution::Normal { mean, sd } => Distribution::Normal {
                mean: mean * factor,
                sd: sd * factor,
            },
            Distribution::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => Distribution::TruncatedNormal {
                mean: mean * factor,
                sd: sd * factor,
                low: low * factor,
                high: high * factor,
            },
            Distribution::LogNormal { mu, sigma } => Distribution::LogNormal {
                mu: mu + factor.ln(),
                sigma,
            },
        }
    }

    /// The sampler of values that are whole numbers if `whole`, rounded by the caller.
    ///
    /// Fails if the parameters describe no distribution.
    pub(super) fn sampler(self, whole: bool) -> Result<Sampler, SynapseError> {
        let sampler = match self {
            Distribution::Constant(value) => value.is_finite().then_some(Sampler::Constant(value)),
            Distribution::Uniform { low, high } => match [low, high].map(nearest_whole) {
                [Some(low), Some(high)] if whole && low <= high => Some(Sampler::Whole(low, high)),
                _ => Uniform::new_inclusive(low, high)
                    .ok()
                    .map(|uniform| Sampler::Uniform(uniform, low, high)),
            },
            Distribution::Normal { mean, sd } => normal(mean, sd).map(Sampler::Normal),
            Distribution::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => truncated(mean, sd, low, high),
            Distribution::LogNormal { mu, sigma } => normal(mu, sigma).map(Sampler::LogNormal),
        };
        sampler.ok_or_else(|| SynapseError::Distribution(format!("{self:?}")))
    }
}

/// The whole number that a bound is, but for rounding errors of a conversion of units.
fn nearest_whole(bound: f64) -> Option<f64> {
    /// The error of a product relative to itself, generously.
    const ROUNDING: f64 = 1e-12;
    /// Whole numbers beyond have no neighbours.
    const LARGEST: f64 = (1_u64 << 53) as f64;
    let whole = bound.round();
    let is_whole = (bound - whole).abs() <= ROUNDING * whole.abs() && whole.abs() <= LARGEST;
    is_whole.then_some(whole)
}

fn truncated(mean: f64, sd: f64, low: f64, high: f64) -> Option<Sampler> {
    /// The share of draws within the bounds from which drawing again is faster than inversion.
    const MOSTLY: f64 = 0.5;
    let normal = normal(mean, sd)?;
    if sd == 0.0 {
        return (low..=high)
            .contains(&mean)
            .then_some(Sampler::Constant(mean));
    }
    let truncated = TruncatedNormal::new(mean, sd, low, high)?;
    Some(match truncated.mass() >= MOSTLY {
        true => Sampler::Redrawn(normal, low, high),
        false => Sampler::Truncated(truncated),
    })
}

/// The distribution of [`Sampler::Redrawn`].
fn redrawn(normal: &Normal<f64>, low: f64, high: f64) -> TruncatedNormal {
    let truncated = TruncatedNormal::new(normal.mean(), normal.std_dev(), low, high);
    truncated.expect("checked when the sampler was made")
}

fn normal(mean: f64, sd: f64) -> Option<Normal<f64>> {
    let valid = mean.is_finite() && sd.is_finite() && sd >= 0.0;
    Normal::new(mean, sd).ok().filter(|_| valid)
}

impl Sampler {
    /// Bounds that a value exceeds once in 10¹⁵ draws, or never.
    pub(super) fn bounds(&self) -> (f64, f64) {
        const REACH: f64 = 8.0;
        let around = |mean: f64, sd: f64| (mean - REACH * sd, mean + REACH * sd);
        match self {
            Sampler::Constant(value) => (*value, *value),
            Sampler::Uniform(_, low, high) | Sampler::Whole(low, high) => (*low, *high),
            Sampler::Normal(normal) => around(normal.mean(), normal.std_dev()),
            Sampler::Truncated(truncated) => truncated.bounds(),
            Sampler::Redrawn(normal, low, high) => {
                let (from, to) = around(normal.mean(), normal.std_dev());
                (from.max(*low), to.min(*high))
            }
            Sampler::LogNormal(normal) => {
                let (from, to) = around(normal.mean(), normal.std_dev());
                (from.exp(), to.exp())
            }
        }
    }

    /// The value below which a value lies with this probability, above 0 and below 1.
    pub(super) fn quantile(&self, probability: f64) -> f64 {
        let of_normal = |normal: &Normal<f64>| {
            normal.mean() + normal.std_dev() * truncated_normal::quantile(probability)
        };
        match self {
            Sampler::Constant(value) => *value,
            Sampler::Uniform(_, low, high) => low + probability * (high - low),
            Sampler::Whole(low, high) => {
                (low + (probability * (high - low + 1.0)).floor()).min(*high)
            }
            Sampler::Normal(normal) => of_normal(normal),
            Sampler::LogNormal(normal) => of_normal(normal).exp(),
            Sampler::Truncated(truncated) => truncated.quantile(probability),
            Sampler::Redrawn(normal, low, high) => {
                redrawn(normal, *low, *high).quantile(probability)
            }
        }
    }

    /// The probability of a value up to `value`.
    pub(super) fn below(&self, value: f64) -> f64 {
        let step = |at: f64| if value >= at { 1.0 } else { 0.0 };
        let of_normal = |normal: &Normal<f64>, value: f64| match normal.std_dev() > 0.0 {
            true => truncated_normal::probability_below((value - normal.mean()) / normal.std_dev()),
            false => step(normal.mean()),
        };
        match self {
            Sampler::Constant(at) => step(*at),
            Sampler::Uniform(_, low, high) if low == high => step(*low),
            Sampler::Uniform(_, low, high) => ((value - low) / (high - low)).clamp(0.0, 1.0),
            Sampler::Whole(low, high) => {
                ((value.floor() - low + 1.0) / (high - low + 1.0)).clamp(0.0, 1.0)
            }
            Sampler::Normal(normal) => of_normal(normal, value),
            Sampler::LogNormal(normal) if normal.std_dev() == 0.0 => step(normal.mean().exp()),
            Sampler::LogNormal(_) if value <= 0.0 => 0.0,
            Sampler::LogNormal(normal) => of_normal(normal, value.ln()),
            Sampler::Truncated(truncated) => truncated.below(value),
            Sampler::Redrawn(normal, low, high) => redrawn(normal, *low, *high).below(value),
        }
    }

    #[inline]
    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        match self {
            Sampler::Constant(value) => *value,
            Sampler::Uniform(uniform, ..) => uniform.sample(random),
            Sampler::Whole(low, high) => {
                let count = (high - low) as u128 + 1;
                low + ((u128::from(random.long_number()) * count) >> 64) as f64
            }
            Sampler::Normal(normal) => normal.sample(random),
            Sampler::LogNormal(normal) => normal.sample(random).exp(),
            Sampler::Truncated(truncated) => truncated.draw(random),
            Sampler::Redrawn(normal, low, high) => loop {
                let value = normal.sample(random);
                if (*low..=*high).contains(&value) {
                    return value;
                }
            },
        }
    }
}
