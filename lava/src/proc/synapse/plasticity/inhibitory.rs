//! Inhibitory plasticity, which balances excitation.

use super::decay::Decay;
use super::error::{PlasticityError, finite, time_constant};
use super::factors::TwoFactors;
use super::pair::WeightBounds;
use super::present::TraceBlock;
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// Plasticity of inhibitory synapses: pairs strengthen in either order, and each pre-spike weakens, so that
/// targets come to fire at a given rate.
///
/// ```text
/// traces       dx/dt = −x/τ   pre-spike:  x ← x + 1
///              dy/dt = −y/τ   post-spike: y ← y + 1
/// pre-spike    |w| ← clip(|w| + η·(y − α))    α = 2·ρ₀·τ
/// post-spike   |w| ← clip(|w| + η·x)
/// ```
///
/// `ρ₀` is the [`target_rate`](InhibitoryStdp::target_rate). Weights are between the bounds; bounds below
/// zero, as current-based inhibition has them, hold for the weight with its sign.
///
/// | parameter | default | unit |
/// |--|--|--|
/// | [`tau`](InhibitoryStdp::tau) | 20 | ms |
/// | [`target_rate`](InhibitoryStdp::target_rate) | 5 | Hz |
/// | [`eta`](InhibitoryStdp::eta) | 0.001 | of the weight |
/// | [`bounds`](InhibitoryStdp::bounds) | −1, 0 | of the weight |
///
/// Source: Vogels, Sprekeler, Zenke, Clopath & Gerstner (2011), *Inhibitory plasticity balances excitation
/// and inhibition in sensory pathways and memory networks*, Science 334, 1569–1573.
///
/// ```
/// use lava::proc::plasticity::InhibitoryStdp;
///
/// let balance = InhibitoryStdp::new().target_rate(3.0).eta(0.01).bounds(-10.0, 0.0);
/// # let _ = balance;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct InhibitoryStdp {
    tau: f64,
    rate: f64,
    eta: f64,
    bounds: [f64; 2],
    prepared: Option<InhibitoryKernel>,
}

#[derive(Clone, Debug)]
struct InhibitoryKernel {
    decay: Decay,
    alpha: f32,
    eta: f32,
    bounds: WeightBounds,
}

#[cfg(feature = "store")]
crate::storable!(struct InhibitoryStdp { tau, rate, eta, bounds } with { prepared: None });

impl Default for InhibitoryStdp {
    fn default() -> InhibitoryStdp {
        InhibitoryStdp::new()
    }
}

impl InhibitoryStdp {
    /// The rule with its defaults.
    pub fn new() -> InhibitoryStdp {
        InhibitoryStdp {
            tau: 20.0,
            rate: 5.0,
            eta: 0.001,
            bounds: [-1.0, 0.0],
            prepared: None,
        }
    }

    /// Sets the time constant of both traces, in ms.
    pub fn tau(mut self, tau: f64) -> InhibitoryStdp {
        self.tau = tau;
        self
    }

    /// Sets the rate at which targets come to fire, in Hz.
    pub fn target_rate(mut self, rate: f64) -> InhibitoryStdp {
        self.rate = rate;
        self
    }

    /// Sets the learning rate.
    pub fn eta(mut self, eta: f64) -> InhibitoryStdp {
        self.eta = eta;
        self
    }

    /// Sets the bounds of weights.
    pub fn bounds(mut self, low: f64, high: f64) -> InhibitoryStdp {
        self.bounds = [low, high];
        self
    }

    /// A trace after some steps.
    #[inline(always)]
    fn trace(&self, past: Past<f32>) -> f32 {
        let decay = self
            .prepared
            .as_ref()
            .map(|rule| rule.decay.over(past.steps));
        past.state * decay.unwrap_or(0.0)
    }
}

impl InhibitoryKernel {
    #[inline(always)]
    fn at_pre_spike(&self, weight: f32, trace: f32) -> f32 {
        self.bounds.grown(weight, self.eta * (trace - self.alpha))
    }

    #[inline(always)]
    fn at_post_spike(&self, weight: f32, trace: f32) -> f32 {
        self.bounds.grown(weight, self.eta * trace)
    }
}

impl Plasticity for InhibitoryStdp {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = f32;
    type Target = f32;

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        if self.rate.is_nan() || self.rate < 0.0 {
            return Err(PlasticityError::Parameter {
                name: "target_rate",
                value: self.rate,
                range: "give a rate in Hz, at least 0",
            });
        }
        self.prepared = Some(InhibitoryKernel {
            decay: Decay::new(time_constant("tau", self.tau)?, dt),
            alpha: finite("target_rate", 2.0 * self.rate * self.tau / 1000.0)?,
            eta: finite("eta", self.eta)?,
            bounds: WeightBounds::new(self.bounds)?,
        });
        Ok(())
    }

    #[inline(always)]
    fn source_fires(&self, source: Past<f32>) -> f32 {
        self.trace(source) + 1.0
    }

    #[inline(always)]
    fn target_fires(&self, target: Past<f32>) -> f32 {
        self.trace(target) + 1.0
    }

    #[inline(always)]
    fn has_traces(&self) -> bool {
        self.prepared.is_some()
    }

    #[inline(always)]
    fn source_traces(&self, source: f32, traces: &mut [f32]) {
        if let Some(rule) = &self.prepared {
            rule.decay.trace(source, traces);
        }
    }

    #[inline(always)]
    fn target_traces(&self, targets: &[f32], steps: &[u16], traces: &mut [f32]) {
        if let Some(rule) = &self.prepared {
            rule.decay.traces(targets, steps, traces);
        }
    }

    #[inline(always)]
    fn target_trace(&self, target: Past<f32>) -> f32 {
        self.trace(target)
    }

    #[inline(always)]
    fn learn_traces(&self, block: &mut TraceBlock) {
        if let Some(rule) = &self.prepared {
            block.learn(
                |weight, x| rule.at_post_spike(weight, x),
                |weight, y| rule.at_pre_spike(weight, y),
            );
        }
    }

    #[inline(always)]
    fn pre(&self, synapse: &mut SynapseState<()>, spike: PreSpike<Self>) {
        if let Some(rule) = &self.prepared {
            synapse.weight = rule.at_pre_spike(synapse.weight, self.trace(spike.target));
        }
    }

    #[inline(always)]
    fn post(&self, synapse: &mut SynapseState<()>, spike: PostSpike<Self>) {
        if let Some(rule) = &self.prepared {
            synapse.weight = rule.at_post_spike(synapse.weight, self.trace(spike.source));
        }
    }
}
