//! Spike-timing-dependent plasticity of triplets of spikes.

use super::decay::Decay;
use super::error::{PlasticityError, finite, time_constant};
use super::factors::TwoFactors;
use super::pair::WeightBounds;
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// Plasticity of triplets of spikes: a pair changes the weight by more if either neuron has fired before.
///
/// ```text
/// traces of the source   dr₁/dt = −r₁/τ₊    dr₂/dt = −r₂/τₓ    pre-spike:  r₁ ← r₁ + 1, r₂ ← r₂ + 1
/// traces of the target   do₁/dt = −o₁/τ₋    do₂/dt = −o₂/τᵧ    post-spike: o₁ ← o₁ + 1, o₂ ← o₂ + 1
/// post-spike             w ← clip(w + r₁·(A₂⁺ + A₃⁺·o₂))
/// pre-spike              w ← clip(w − o₁·(A₂⁻ + A₃⁻·r₂))
/// ```
///
/// `o₂` and `r₂` are those before the spike. With [`nearest`](TripletStdp::nearest) a spike sets the traces
/// to 1. Spikes that arrive at the synapse in one step do not see each other.
///
/// | parameter | default | unit |
/// |--|--|--|
/// | [`tau_plus`](TripletStdp::tau_plus), [`tau_x`](TripletStdp::tau_x) | 16.8, 101 | ms |
/// | [`tau_minus`](TripletStdp::tau_minus), [`tau_y`](TripletStdp::tau_y) | 33.7, 125 | ms |
/// | [`a2_plus`](TripletStdp::a2_plus), [`a3_plus`](TripletStdp::a3_plus) | 5·10⁻¹⁰, 6.2·10⁻³ | of the weight |
/// | [`a2_minus`](TripletStdp::a2_minus), [`a3_minus`](TripletStdp::a3_minus) | 7·10⁻³, 2.3·10⁻⁴ | of the weight |
/// | [`bounds`](TripletStdp::bounds) | 0, 1 | of the weight |
///
/// The defaults are those of the full all-to-all model for visual cortex.
///
/// Source: Pfister & Gerstner (2006), *Triplets of spikes in a model of spike timing-dependent plasticity*,
/// J. Neurosci. 26, 9673–9682 (equations 3 and 4, table 4).
///
/// ```
/// use lava::proc::plasticity::TripletStdp;
///
/// let minimal = TripletStdp::new().a2_plus(0.0).a3_minus(0.0).nearest();
/// # let _ = minimal;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct TripletStdp {
    tau: [f64; 4],
    a: [f64; 4],
    bounds: [f64; 2],
    is_nearest: bool,
    prepared: Option<TripletKernel>,
}

#[derive(Clone, Debug)]
struct TripletKernel {
    /// Of r₁, o₁, r₂ and o₂.
    decays: [Decay; 4],
    /// A₂⁺, A₂⁻, A₃⁺ and A₃⁻.
    a: [f32; 4],
    bounds: WeightBounds,
}

#[cfg(feature = "store")]
crate::storable!(struct TripletStdp { tau, a, bounds, is_nearest } with { prepared: None });

const TAUS: [&str; 4] = ["tau_plus", "tau_minus", "tau_x", "tau_y"];
const FACTORS: [&str; 4] = ["a2_plus", "a2_minus", "a3_plus", "a3_minus"];

impl Default for TripletStdp {
    fn default() -> TripletStdp {
        TripletStdp::new()
    }
}

impl TripletStdp {
    /// The rule with its defaults.
    pub fn new() -> TripletStdp {
        TripletStdp {
            tau: [16.8, 33.7, 101.0, 125.0],
            a: [5e-10, 7e-3, 6.2e-3, 2.3e-4],
            bounds: [0.0, 1.0],
            is_nearest: false,
            prepared: None,
        }
    }

    /// Sets the time constant of r₁, in ms.
    pub fn tau_plus(mut self, tau: f64) -> TripletStdp {
        self.tau[0] = tau;
        self
    }

    /// Sets the time constant of o₁, in ms.
    pub fn tau_minus(mut self, tau: f64) -> TripletStdp {
        self.tau[1] = tau;
        self
    }

    /// Sets the time constant of r₂, in ms.
    pub fn tau_x(mut self, tau: f64) -> TripletStdp {
        self.tau[2] = tau;
        self
    }

    /// Sets the time constant of o₂, in ms.
    pub fn tau_y(mut self, tau: f64) -> TripletStdp {
        self.tau[3] = tau;
        self
    }

    /// Sets the strengthening by pairs.
    pub fn a2_plus(mut self, a: f64) -> TripletStdp {
        self.a[0] = a;
        self
    }

    /// Sets the weakening by pairs.
    pub fn a2_minus(mut self, a: f64) -> TripletStdp {
        self.a[1] = a;
        self
    }

    /// Sets the strengthening by triplets.
    pub fn a3_plus(mut self, a: f64) -> TripletStdp {
        self.a[2] = a;
        self
    }

    /// Sets the weakening by triplets.
    pub fn a3_minus(mut self, a: f64) -> TripletStdp {
        self.a[3] = a;
        self
    }

    /// Sets the bounds of weights.
    pub fn bounds(mut self, low: f64, high: f64) -> TripletStdp {
        self.bounds = [low, high];
        self
    }

    /// Lets only the last spike of a neuron count in its traces.
    pub fn nearest(mut self) -> TripletStdp {
        self.is_nearest = true;
        self
    }

    /// The traces with the numbers `first` and `first + 2` after some steps.
    #[inline(always)]
    fn traces(&self, first: usize, past: Past<[f32; 2]>) -> [f32; 2] {
        let Some(rule) = &self.prepared else {
            return past.state;
        };
        let decay = |trace: usize| rule.decays[trace].over(past.steps);
        [
            past.state[0] * decay(first),
            past.state[1] * decay(first + 2),
        ]
    }

    /// The traces after a spike of their neuron.
    #[inline(always)]
    fn after_spike(&self, before: [f32; 2]) -> [f32; 2] {
        if self.is_nearest {
            [1.0; 2]
        } else {
            before.map(|trace| trace + 1.0)
        }
    }
}

impl Plasticity for TripletStdp {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = [f32; 2];
    type Target = [f32; 2];

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        let (mut decays, mut a) = (Vec::new(), [0.0; 4]);
        for trace in 0..4 {
            decays.push(Decay::new(time_constant(TAUS[trace], self.tau[trace])?, dt));
            a[trace] = finite(FACTORS[trace], self.a[trace])?;
        }
        let bounds = WeightBounds::new(self.bounds)?;
        self.prepared = decays
            .try_into()
            .ok()
            .map(|decays| TripletKernel { decays, a, bounds });
        Ok(())
    }

    #[inline(always)]
    fn source_fires(&self, source: Past<[f32; 2]>) -> [f32; 2] {
        self.after_spike(self.traces(0, source))
    }

    #[inline(always)]
    fn target_fires(&self, target: Past<[f32; 2]>) -> [f32; 2] {
        self.after_spike(self.traces(1, target))
    }

    #[inline(always)]
    fn pre(&self, synapse: &mut SynapseState<()>, spike: PreSpike<Self>) {
        if let Some(TripletKernel { a, bounds, .. }) = &self.prepared {
            let ([_, r2], [o1, _]) = (self.traces(0, spike.source), self.traces(1, spike.target));
            synapse.weight = bounds.grown(synapse.weight, -o1 * (a[1] + a[3] * r2));
        }
    }

    #[inline(always)]
    fn post(&self, synapse: &mut SynapseState<()>, spike: PostSpike<Self>) {
        if let Some(TripletKernel { a, bounds, .. }) = &self.prepared {
            let ([r1, _], [_, o2]) = (self.traces(0, spike.source), self.traces(1, spike.target));
            synapse.weight = bounds.grown(synapse.weight, r1 * (a[0] + a[2] * o2));
        }
    }
}
