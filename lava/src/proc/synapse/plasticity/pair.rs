//! Pair-based spike-timing-dependent plasticity.

use super::decay::Decay;
use super::error::{PlasticityError, finite, time_constant};
use super::factors::TwoFactors;
use super::present::TraceBlock;
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// Spike-timing-dependent plasticity of pairs of spikes: a pre-spike before a post-spike strengthens the
/// synapse, one after it weakens it.
///
/// ```text
/// trace of the source   dx/dt = −x/τ₊    pre-spike:  x ← x + 1
/// trace of the target   dy/dt = −y/τ₋    post-spike: y ← y + 1
/// post-spike            w ← clip(w + a₊·f₊(w)·x)
/// pre-spike             w ← clip(w − a₋·f₋(w)·y)
/// ```
///
/// | dependence on the weight | f₊ | f₋ |
/// |---|---|---|
/// | [`additive`](PairStdp::additive) (default) | 1 | 1 |
/// | [`multiplicative`](PairStdp::multiplicative) | `high − w` | `w − low` |
/// | [`weight_exponent`](PairStdp::weight_exponent) | `(high − w)^μ` | `(w − low)^μ` |
/// | [`power_law`](PairStdp::power_law) | `w₀^(1−μ)·\|w\|^μ` | `\|w\|` |
///
/// `low` and `high` are the [`bounds`](PairStdp::bounds), to which weights are clipped. For bounds below
/// zero, `bounds(-10.0, 0.0)`, the rule changes the magnitude of the weight.
///
/// | [`SpikePairing`] | pairs |
/// |---|---|
/// | [`AllToAll`](SpikePairing::AllToAll) (default) | all |
/// | [`Symmetric`](SpikePairing::Symmetric) | each spike with the last one of the other neuron |
/// | [`Reduced`](SpikePairing::Reduced) | spikes of both neurons that follow each other immediately |
/// | [`presynaptic_centred`](PairStdp::presynaptic_centred) | each pre-spike with the last post-spike before it and the first one after it |
///
/// Spikes that arrive at the synapse in one step form no pair.
///
/// | parameter | default | unit |
/// |--|--|--|
/// | [`tau_plus`](PairStdp::tau_plus), [`tau_minus`](PairStdp::tau_minus) | 20 | ms |
/// | [`a_plus`](PairStdp::a_plus) | 0.01 | of the weight; 1 if it is multiplied by it |
/// | [`a_minus`](PairStdp::a_minus) | 0.0105 | of the weight; 1 if it is multiplied by it |
/// | [`bounds`](PairStdp::bounds) | 0, 1 | of the weight |
///
/// Source: Morrison, Diesmann & Gerstner (2008), *Phenomenological models of synaptic plasticity based on
/// spike timing*, Biol. Cybern. 98, 459–478, which also has the pairings (figure 7); additive: Song,
/// Miller & Abbott (2000), Nat. Neurosci. 3, 919–926; multiplicative: Rubin, Lee & Sompolinsky (2001),
/// Phys. Rev. Lett. 86, 364–367; exponent: Gütig et al. (2003), J. Neurosci. 23, 3697–3714; power law:
/// Morrison, Aertsen & Diesmann (2007), Neural Comput. 19, 1437–1467.
///
/// ```
/// use lava::proc::plasticity::{SpikePairing, PairStdp};
///
/// let stdp = PairStdp::new().tau_plus(16.8).tau_minus(33.7).multiplicative().pairing(SpikePairing::Symmetric);
/// # let _ = stdp;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct PairStdp {
    tau: [f64; 2],
    a: [f64; 2],
    dependence: WeightDependence,
    pairing: SpikePairing,
    bounds: [f64; 2],
    prepared: PairKernel,
}

/// The spikes that form pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpikePairing {
    /// All spikes of source and target.
    #[default]
    AllToAll,
    /// Each spike with the last one of the other neuron.
    Symmetric,
    /// A pre-spike and the post-spike that follows it, or the other way round, without another spike of
    /// either between them.
    Reduced,
}

/// The dependence of changes on the weight.
#[derive(Clone, Copy, Debug, PartialEq)]
enum WeightDependence {
    Additive,
    Multiplicative,
    Exponent(f64),
    PowerLaw { mu: f64, w0: f64 },
}

#[cfg(feature = "store")]
crate::storable!(
    enum SpikePairing {
        AllToAll,
        Symmetric,
        Reduced,
    }
);
#[cfg(feature = "store")]
crate::storable!(enum WeightDependence {
    Additive,
    Multiplicative,
    Exponent(exponent),
    PowerLaw { mu, w0 },
});
#[cfg(feature = "store")]
crate::storable!(struct PairStdp { tau, a, dependence, pairing, bounds } with {
    prepared: PairStdp::new().prepared,
});

/// The numbers that the rule computes with.
#[derive(Clone, Debug)]
struct PairKernel {
    decays: [Decay; 2],
    update: PairUpdate,
}

/// The changes of a weight by a trace.
#[derive(Clone, Copy, Debug)]
struct PairUpdate {
    a: [f32; 2],
    bounds: WeightBounds,
    dependence: Dependence,
}

#[derive(Clone, Copy, Debug)]
enum Dependence {
    Additive,
    Multiplicative,
    Exponent(f32),
    PowerLaw { mu: f32, scale: f32 },
}

/// WeightBounds of weights.
#[derive(Clone, Copy, Debug)]
pub(super) struct WeightBounds {
    pub(super) low: f32,
    pub(super) high: f32,
    /// −1 where weights are not above zero.
    pub(super) sign: f32,
}

impl WeightBounds {
    pub(super) fn new([low, high]: [f64; 2]) -> Result<WeightBounds, PlasticityError> {
        let (single_low, single_high) = (low as f32, high as f32);
        if !(single_low <= single_high && (single_high - single_low).is_finite()) {
            return Err(PlasticityError::Bounds { low, high });
        }
        let sign = if low < 0.0 && high <= 0.0 { -1.0 } else { 1.0 };
        Ok(WeightBounds {
            low: single_low,
            high: single_high,
            sign,
        })
    }

    /// The weight within the bounds.
    #[inline(always)]
    pub(super) fn clip(self, weight: f32) -> f32 {
        let weight = if weight < self.low { self.low } else { weight };
        if weight > self.high {
            self.high
        } else {
            weight
        }
    }

    /// The weight whose magnitude is greater by `change`.
    #[inline(always)]
    pub(super) fn grown(self, weight: f32, change: f32) -> f32 {
        self.clip(weight + self.sign * change)
    }

    /// The distances of a weight from the bound that it grows to, and from the other.
    #[inline(always)]
    pub(super) fn room(self, weight: f32) -> (f32, f32) {
        if self.sign > 0.0 {
            (self.high - weight, weight - self.low)
        } else {
            (weight - self.low, self.high - weight)
        }
    }
}

impl Default for PairStdp {
    fn default() -> PairStdp {
        PairStdp::new()
    }
}

impl PairStdp {
    /// The rule with its defaults.
    pub fn new() -> PairStdp {
        PairStdp {
            tau: [20.0; 2],
            a: [0.01, 0.0105],
            dependence: WeightDependence::Additive,
            pairing: SpikePairing::AllToAll,
            bounds: [0.0, 1.0],
            prepared: PairKernel {
                decays: [Decay::new(20.0, 1.0), Decay::new(20.0, 1.0)],
                update: PairUpdate {
                    a: [0.01, 0.0105],
                    bounds: WeightBounds {
                        low: 0.0,
                        high: 1.0,
                        sign: 1.0,
                    },
                    dependence: Dependence::Additive,
                },
            },
        }
    }

    /// Sets the time constant of the source's trace, in ms.
    pub fn tau_plus(mut self, tau: f64) -> PairStdp {
        self.tau[0] = tau;
        self
    }

    /// Sets the time constant of the target's trace, in ms.
    pub fn tau_minus(mut self, tau: f64) -> PairStdp {
        self.tau[1] = tau;
        self
    }

    /// Sets the factor of changes by post-spikes, which strengthen.
    pub fn a_plus(mut self, a: f64) -> PairStdp {
        self.a[0] = a;
        self
    }

    /// Sets the factor of changes by pre-spikes, which weaken.
    pub fn a_minus(mut self, a: f64) -> PairStdp {
        self.a[1] = a;
        self
    }

    /// Makes changes independent of the weight: hard bounds.
    pub fn additive(mut self) -> PairStdp {
        self.dependence = WeightDependence::Additive;
        self
    }

    /// Makes changes proportional to the distance from the bound: soft bounds.
    pub fn multiplicative(mut self) -> PairStdp {
        self.dependence = WeightDependence::Multiplicative;
        self
    }

    /// Makes changes proportional to a power of the distance from the bound, between additive at 0 and
    /// multiplicative at 1.
    pub fn weight_exponent(mut self, mu: f64) -> PairStdp {
        self.dependence = WeightDependence::Exponent(mu);
        self
    }

    /// Makes strengthening proportional to a power of the weight with a reference weight, and weakening
    /// proportional to the weight.
    pub fn power_law(mut self, mu: f64, w0: f64) -> PairStdp {
        self.dependence = WeightDependence::PowerLaw { mu, w0 };
        self
    }

    /// Sets the spikes that form pairs.
    pub fn pairing(mut self, pairing: SpikePairing) -> PairStdp {
        self.pairing = pairing;
        self
    }

    /// Sets the bounds of weights.
    pub fn bounds(mut self, low: f64, high: f64) -> PairStdp {
        self.bounds = [low, high];
        self
    }

    /// The decay of the source's trace over some steps.
    #[inline(always)]
    pub(super) fn decay_plus(&self, steps: u32) -> f32 {
        self.prepared.decays[0].over(steps)
    }

    /// The decay of the target's trace over some steps.
    #[inline(always)]
    pub(super) fn decay_minus(&self, steps: u32) -> f32 {
        self.prepared.decays[1].over(steps)
    }

    /// The weight after a change by which its magnitude grows.
    #[inline(always)]
    pub(super) fn strengthened(&self, weight: f32, x: f32) -> f32 {
        self.prepared.update.strengthened(weight, x)
    }

    /// The weight after a change by which its magnitude shrinks.
    #[inline(always)]
    pub(super) fn weakened(&self, weight: f32, y: f32) -> f32 {
        self.prepared.update.weakened(weight, y)
    }

    /// A trace after a spike of its neuron.
    #[inline(always)]
    fn after_spike(&self, before: f32) -> f32 {
        match self.pairing {
            SpikePairing::AllToAll => before + 1.0,
            SpikePairing::Symmetric | SpikePairing::Reduced => 1.0,
        }
    }
}

impl PairUpdate {
    /// The same with a dependence that the compiler knows.
    #[inline(always)]
    fn with(self, dependence: Dependence) -> PairUpdate {
        PairUpdate { dependence, ..self }
    }

    #[inline(always)]
    fn strengthened(self, weight: f32, x: f32) -> f32 {
        let factor = match self.dependence {
            Dependence::Additive => 1.0,
            Dependence::Multiplicative => self.bounds.room(weight).0,
            Dependence::Exponent(mu) => power(self.bounds.room(weight).0, mu),
            Dependence::PowerLaw { mu, scale } => scale * power(weight.abs(), mu),
        };
        self.bounds.grown(weight, self.a[0] * factor * x)
    }

    #[inline(always)]
    fn weakened(self, weight: f32, y: f32) -> f32 {
        let factor = match self.dependence {
            Dependence::Additive => 1.0,
            Dependence::Multiplicative => self.bounds.room(weight).1,
            Dependence::Exponent(mu) => power(self.bounds.room(weight).1, mu),
            Dependence::PowerLaw { .. } => weight.abs(),
        };
        self.bounds.grown(weight, -self.a[1] * factor * y)
    }

    /// Changes some synapses.
    #[inline(always)]
    fn learn(self, block: &mut TraceBlock) {
        block.learn(
            |weight, x| self.strengthened(weight, x),
            |weight, y| self.weakened(weight, y),
        );
    }
}

/// A power of a magnitude; of less than 0, that of 0.
#[inline(always)]
fn power(base: f32, exponent: f32) -> f32 {
    base.max(0.0).powf(exponent)
}

impl Plasticity for PairStdp {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = f32;
    type Target = f32;

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        let a = [finite("a_plus", self.a[0])?, finite("a_minus", self.a[1])?];
        let dependence = match self.dependence {
            WeightDependence::Additive => Dependence::Additive,
            WeightDependence::Multiplicative => Dependence::Multiplicative,
            WeightDependence::Exponent(mu) => Dependence::Exponent(finite("weight_exponent", mu)?),
            WeightDependence::PowerLaw { mu, w0 } => Dependence::PowerLaw {
                mu: finite("power_law", mu)?,
                scale: finite("power_law", w0.powf(1.0 - mu))?,
            },
        };
        self.prepared = PairKernel {
            decays: [
                Decay::new(time_constant("tau_plus", self.tau[0])?, dt),
                Decay::new(time_constant("tau_minus", self.tau[1])?, dt),
            ],
            update: PairUpdate {
                a,
                bounds: WeightBounds::new(self.bounds)?,
                dependence,
            },
        };
        Ok(())
    }

    #[inline(always)]
    fn source_fires(&self, source: Past<f32>) -> f32 {
        self.after_spike(source.state * self.decay_plus(source.steps))
    }

    #[inline(always)]
    fn target_fires(&self, target: Past<f32>) -> f32 {
        self.after_spike(target.state * self.decay_minus(target.steps))
    }

    #[inline(always)]
    fn has_traces(&self) -> bool {
        self.pairing != SpikePairing::Reduced
    }

    #[inline(always)]
    fn source_traces(&self, source: f32, traces: &mut [f32]) {
        self.prepared.decays[0].trace(source, traces);
    }

    #[inline(always)]
    fn target_traces(&self, targets: &[f32], steps: &[u16], traces: &mut [f32]) {
        self.prepared.decays[1].traces(targets, steps, traces);
    }

    #[inline(always)]
    fn target_trace(&self, target: Past<f32>) -> f32 {
        target.state * self.decay_minus(target.steps)
    }

    #[inline(always)]
    fn learn_traces(&self, block: &mut TraceBlock) {
        let update = self.prepared.update;
        match update.dependence {
            Dependence::Additive => update.with(Dependence::Additive).learn(block),
            Dependence::Multiplicative => update.with(Dependence::Multiplicative).learn(block),
            Dependence::Exponent(_) | Dependence::PowerLaw { .. } => update.learn(block),
        }
    }

    #[inline(always)]
    fn pre(&self, synapse: &mut SynapseState<()>, spike: PreSpike<Self>) {
        if self.pairing == SpikePairing::Reduced && !spike.follows_post {
            return;
        }
        synapse.weight = self.weakened(synapse.weight, self.target_trace(spike.target));
    }

    #[inline(always)]
    fn post(&self, synapse: &mut SynapseState<()>, spike: PostSpike<Self>) {
        if self.pairing == SpikePairing::Reduced && !spike.follows_pre {
            return;
        }
        let x = spike.source.state * self.decay_plus(spike.source.steps);
        synapse.weight = self.strengthened(synapse.weight, x);
    }
}
