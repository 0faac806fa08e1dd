//! Projections: descriptions of the synapses between two populations.

use std::ops::Range;

use super::distribution::{DelayDistribution, Distribution, Sampler};
use super::drawing::Drawing;
use super::error::SynapseError;
use super::rule::{Pairing, Rule};
use super::storage::WeightStorage;
use super::synapses::{Synapses, delay_steps};
use super::weights::Weight;
use crate::process::{Checksum, MAX_DELAY};

/// A description of the synapses from one population to another: a rule, and distributions of
/// weights and delays.
///
/// A process that is given a projection, [`Sparse::projection`](super::Sparse::projection), draws
/// its synapses when the network is compiled, or earlier if its weights are read. To draw at once
/// is [`draw`](Projection::draw).
///
/// | parameter | default | unit |
/// |--|--|--|
/// | [`rule`](Projection::rule) | [`Rule::AllToAll`] | |
/// | [`weights`](Projection::weights) | `Constant(1.0)` | that of the receiving port |
/// | [`delays`](Projection::delays) | `Constant(1.0)` | steps, 1 to 65,535, rounded |
/// | [`autapses`](Projection::autapses) | `true` | |
/// | [`multapses`](Projection::multapses) | `true` | |
/// | [`seed`](Projection::seed) | from the network's seed and the process's name | |
/// | [`threads`](Projection::threads) | one per core | |
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Sparse;
/// use lava::proc::synapse::{Distribution, Projection, Rule};
///
/// # fn main() -> lava::Result<()> {
/// let projection = Projection::new(800, 1000)
///     .rule(Rule::FixedProbability(0.1))
///     .weights(Distribution::Normal { mean: 87.8, sd: 8.78 })
///     .delays(Distribution::Constant(15.0));
/// let net = Network::<Loihi1SimCfg>::new();
/// let sparse: Sparse = net.add(Sparse::projection(projection))?;
/// assert_eq!(sparse.s_in.shape(), [800]);
/// assert!((79_000..81_000).contains(&sparse.weights.get()?.len()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a projection does nothing until it is added or drawn"]
pub struct Projection {
    pub(super) pairing: Pairing,
    pub(super) weights: Distribution,
    pub(super) delays: Distribution,
    seed: Option<u64>,
    pub(super) threads: Option<usize>,
}

#[cfg(feature = "store")]
crate::storable!(struct Projection { pairing, weights, delays, seed, threads });

impl Projection {
    /// From `sources` neurons to `targets`.
    pub fn new(sources: usize, targets: usize) -> Projection {
        Projection {
            pairing: Pairing {
                rule: Rule::AllToAll,
                sources,
                targets,
                autapses: true,
                multapses: true,
            },
            weights: Distribution::Constant(1.0),
            delays: Distribution::Constant(1.0),
            seed: None,
            threads: None,
        }
    }

    /// Sets the rule that says which neurons are connected.
    pub fn rule(mut self, rule: Rule) -> Projection {
        self.pairing.rule = rule;
        self
    }

    /// Sets the distribution of weights.
    pub fn weights(mut self, weights: Distribution) -> Projection {
        self.weights = weights;
        self
    }

    /// Sets the distribution of delays, in steps; they are rounded to whole ones. A uniform one between
    /// whole numbers of steps draws each of them equally often, bounds included.
    pub fn delays(mut self, delays: impl DelayDistribution) -> Projection {
        self.delays = delays.into_distribution();
        self
    }

    /// Allows or forbids synapses from neuron *i* to neuron *i*. Only means something from a
    /// population to itself; between others, numbers that both have are left out in the same way.
    pub fn autapses(mut self, allowed: bool) -> Projection {
        self.pairing.autapses = allowed;
        self
    }

    /// Allows or forbids several synapses between two neurons, where a rule draws partners at
    /// random. [`Rule::FixedTotal`] needs them.
    pub fn multapses(mut self, allowed: bool) -> Projection {
        self.pairing.multapses = allowed;
        self
    }

    /// Sets the seed. The same seed gives the same synapses, whatever else the network has and on
    /// any number of threads.
    pub fn seed(mut self, seed: u64) -> Projection {
        self.seed = Some(seed);
        self
    }

    /// Sets the number of threads that draw the synapses; the result does not depend on it.
    pub fn threads(mut self, threads: usize) -> Projection {
        self.threads = Some(threads);
        self
    }

    /// The number of neurons that send.
    pub fn sources(&self) -> usize {
        self.pairing.sources
    }

    /// The number of neurons that receive.
    pub fn targets(&self) -> usize {
        self.pairing.targets
    }

    /// The mean number of synapses, known without drawing any; exact for every rule but
    /// [`Rule::FixedProbability`].
    ///
    /// ```
    /// use lava::proc::synapse::{Projection, Rule};
    ///
    /// let projection = Projection::new(800, 1000).rule(Rule::FixedInDegree(80));
    /// assert_eq!(projection.expected_synapses(), 80_000.0);
    /// ```
    pub fn expected_synapses(&self) -> f64 {
        self.pairing.expected_synapses()
    }

    /// Draws the synapses now, with weights of type `T`. `seed` counts, whatever the projection's
    /// own seed.
    ///
    /// ```
    /// use lava::proc::synapse::{Projection, Rule};
    ///
    /// let projection = Projection::new(800, 1000).rule(Rule::FixedProbability(0.1));
    /// let synapses = projection.draw::<f32>(1)?;
    /// assert!((79_000..81_000).contains(&synapses.len()));
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// A projection may have no synapses, by its rule or by chance.
    ///
    /// # Errors
    /// [`SynapseError`] if the populations cannot meet the rule, parameters describe no distribution, a
    /// weight or delay is out of range, or there are more than 4,294,967,295 synapses, which is known
    /// before any is drawn.
    pub fn draw<T: Weight>(&self, seed: u64) -> Result<Synapses<T>, SynapseError> {
        self.draw_as(seed)
    }

    /// Draws the synapses now, with weights of type `T` that are stored as `W`.
    ///
    /// ```
    /// use lava::proc::synapse::{Projection, Rule, Synapses};
    ///
    /// let projection = Projection::new(800, 1000).rule(Rule::FixedInDegree(80));
    /// let synapses: Synapses<f32, i16> = projection.draw_as(1)?;
    /// assert!(synapses.bytes() < 5 * synapses.len());
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// # Errors
    /// As [`draw`](Projection::draw).
    pub fn draw_as<T: Weight, W: WeightStorage<T>>(
        &self,
        seed: u64,
    ) -> Result<Synapses<T, W>, SynapseError> {
        Drawing::new::<T>(self, seed)?.synapses()
    }

    /// Draws the synapses that lead to some targets.
    pub(super) fn draw_within<T: Weight, W: WeightStorage<T>>(
        &self,
        seed: u64,
        targets: Range<usize>,
    ) -> Result<Synapses<T, W>, SynapseError> {
        Drawing::new::<T>(self, seed)?.within(targets).synapses()
    }

    /// The number of synapses, if it is known without drawing any.
    pub(super) fn known_synapses(&self) -> Option<usize> {
        let is_known = !matches!(self.pairing.rule, Rule::FixedProbability(_));
        is_known.then(|| self.expected_synapses() as usize)
    }

    /// The seed that was set, if one was.
    pub(super) fn own_seed(&self) -> Option<u64> {
        self.seed
    }

    /// A number by which a snapshot knows the synapses again that are drawn with a seed: all that they
    /// depend on, without the number of threads.
    pub(super) fn fingerprint(&self, seed: u64) -> u64 {
        let Projection {
            pairing,
            weights,
            delays,
            ..
        } = self;
        Checksum::of(format!("{:?}", (pairing, weights, delays, seed)).as_bytes())
    }

    /// Fails if no synapses can be drawn, as far as that is known before.
    pub(super) fn check<T: Weight>(&self) -> Result<(), SynapseError> {
        self.pairing.check()?;
        if let Sampler::Constant(weight) = self.weight_sampler::<T>()?
            && T::from_f64(weight).is_none()
        {
            return Err(SynapseError::Weight(weight));
        }
        self.delay_bounds()?;
        Ok(())
    }

    pub(super) fn weight_sampler<T: Weight>(&self) -> Result<Sampler, SynapseError> {
        self.weights.sampler(T::IS_WHOLE)
    }

    pub(super) fn delay_sampler(&self) -> Result<Sampler, SynapseError> {
        self.delays.sampler(true)
    }

    /// Bounds of the delays, known without drawing any.
    pub(super) fn delay_bounds(&self) -> Result<DelayBounds, SynapseError> {
        let sampler = self.delay_sampler()?;
        if let Sampler::Constant(steps) = sampler {
            delay_steps(steps)?;
        }
        let (low, high) = sampler.bounds();
        let bound = |drawn: f64| delay_steps(drawn.clamp(1.0, MAX_DELAY as f64));
        Ok(DelayBounds {
            shortest: bound(low)?,
            longest: bound(high)?,
        })
    }
}

/// The shortest and the longest delay that can be drawn, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DelayBounds {
    pub(super) shortest: usize,
    pub(super) longest: usize,
}
