//! Distributions of weights and delays.

use rand_distr::Distribution as _;
use rand_distr::{Normal, Uniform};

use super::error::SynapseError;
use super::random::Random;

/// A distribution of weights or delays, drawn independently for each synapse.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// One value.
    Constant(f64),
    /// Between `low` and `high`, all equally likely.
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
    /// Normal, redrawn until it lies between `low` and `high`.
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

/// A distribution whose parameters have been checked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sampler {
    Constant(f64),
    Uniform(Uniform<f64>, f64, f64),
    Normal(Normal<f64>),
    Truncated(Normal<f64>, f64, f64),
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

    /// Fails if the parameters describe no distribution.
    pub(super) fn sampler(self) -> Result<Sampler, SynapseError> {
        let wrong = || SynapseError::Distribution(format!("{self:?}"));
        let sampler = match self {
            Distribution::Constant(value) => value.is_finite().then_some(Sampler::Constant(value)),
            Distribution::Uniform { low, high } => {
                let uniform = Uniform::new_inclusive(low, high).ok();
                uniform.map(|uniform| Sampler::Uniform(uniform, low, high))
            }
            Distribution::Normal { mean, sd } => normal(mean, sd).map(Sampler::Normal),
            Distribution::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => {
                // Redrawing must come to an end: the interval has to be within reach.
                let reachable = low < high && low < mean + 4.0 * sd && high > mean - 4.0 * sd;
                let normal = normal(mean, sd).filter(|_| reachable);
                normal.map(|normal| Sampler::Truncated(normal, low, high))
            }
            Distribution::LogNormal { mu, sigma } => normal(mu, sigma).map(Sampler::LogNormal),
        };
        sampler.ok_or_else(wrong)
    }
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
            Sampler::Uniform(_, low, high) => (*low, *high),
            Sampler::Normal(normal) => around(normal.mean(), normal.std_dev()),
            Sampler::Truncated(normal, low, high) => {
                let (from, to) = around(normal.mean(), normal.std_dev());
                (from.max(*low), to.min(*high))
            }
            Sampler::LogNormal(normal) => {
                let (from, to) = around(normal.mean(), normal.std_dev());
                (from.exp(), to.exp())
            }
        }
    }

    #[inline]
    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        match self {
            Sampler::Constant(value) => *value,
            Sampler::Uniform(uniform, ..) => uniform.sample(random),
            Sampler::Normal(normal) => normal.sample(random),
            Sampler::LogNormal(normal) => normal.sample(random).exp(),
            Sampler::Truncated(normal, low, high) => loop {
                let value = normal.sample(random);
                if (*low..=*high).contains(&value) {
                    return value;
                }
            },
        }
    }
}
