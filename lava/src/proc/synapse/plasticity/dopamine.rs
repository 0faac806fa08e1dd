//! Spike-timing-dependent plasticity that dopamine turns into weights.

use super::decay::Decay;
use super::error::{PlasticityError, finite, time_constant};
use super::factors::{SignalSpan, ThirdFactor, ThreeFactors};
use super::modulation::{Dopamine, DopamineInterval, Modulation};
use super::pair::WeightBounds;
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// Dopamine-modulated plasticity: pairs of spikes change the eligibility of a synapse, and dopamine changes
/// its weight by the eligibility.
///
/// ```text
/// trace of the source    dx/dt = −x/τ₊     pre-spike:  x ← x + 1
/// trace of the target    dy/dt = −y/τ₋     post-spike: y ← y + 1
/// eligibility            dc/dt = −c/τ_c    post-spike: c ← c + a₊·x    pre-spike: c ← c − a₋·y
/// dopamine               dn/dt = −n/τ_n    message r:  n ← n + r/τ_n
/// weight                 dw/dt = c·(n − b)
/// ```
///
/// The dopamine is the third factor: `s_in_third` receives what the neurons that release it send, as spikes,
/// `neurons.s_out.cast::<f32>()`, or as a sum of many, through a `Dense`. It acts on all synapses of the
/// projection from the step in which it is received. With [`concentration`](DopamineStdp::concentration) each
/// message is the concentration n itself, for the step that it begins.
///
/// Between two spikes that arrive at a synapse the equations are solved in closed form, whatever the number of
/// messages. The weight is clipped to the [`bounds`](DopamineStdp::bounds) where a spike arrives, where it is
/// read, and at least once in 4 `τ_c`. For bounds below zero the rule changes the magnitude of the weight.
///
/// | parameter | default | unit |
/// |--|--|--|
/// | [`tau_plus`](DopamineStdp::tau_plus), [`tau_minus`](DopamineStdp::tau_minus) | 20 | ms |
/// | [`a_plus`](DopamineStdp::a_plus), [`a_minus`](DopamineStdp::a_minus) | 0.1, 0.15 | of the weight |
/// | [`tau_c`](DopamineStdp::tau_c) | 1000 | ms |
/// | [`tau_n`](DopamineStdp::tau_n) | 200 | ms |
/// | [`baseline`](DopamineStdp::baseline) | 0 | 1/ms |
/// | [`bounds`](DopamineStdp::bounds) | 0, 1 | of the weight |
///
/// Source: Izhikevich (2007), *Solving the distal reward problem through linkage of STDP and dopamine
/// signaling*, Cereb. Cortex 17, 2443–2452; released by spikes, with a baseline: Potjans, Morrison & Diesmann
/// (2010), *Enabling functional neural circuit simulations with distributed computing of neuromodulated
/// plasticity*, Front. Comput. Neurosci. 4, 141.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::plasticity::DopamineStdp;
/// use lava::proc::synapse::{Distribution, Projection};
/// use lava::proc::{PlasticSparse, Source};
///
/// # fn main() -> lava::Result<()> {
/// let rule = DopamineStdp::new().tau_c(500.0);
/// let projection = Projection::new(1, 1).weights(Distribution::Constant(0.5));
/// let net = network! { Loihi1SimCfg;
///     pre:     Source<Spike>               = Source::data([[true], [false], [false], [false]]);
///     post:    Source<Spike>               = Source::data([[false], [true], [false], [false]]);
///     release: Source                      = Source::data([[0.0], [0.0], [0.0], [1.0]]);
///     syn:     PlasticSparse<DopamineStdp> = projection.plastic(rule);
///     pre.s_out     -> syn.s_in;
///     post.s_out    -> syn.s_in_bap;
///     release.s_out -> syn.s_in_third;
/// }?;
/// net.run(RunSteps(3))?;
/// assert_eq!(net.syn.weights.get()?[0], 0.5);
/// net.run(RunSteps(1))?;
/// net.run(RunSteps(1))?;
/// assert!(net.syn.weights.get()?[0] > 0.5);
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct DopamineStdp {
    tau: [f64; 4],
    a: [f64; 2],
    baseline: f64,
    is_concentration: bool,
    bounds: [f64; 2],
    prepared: Option<DopamineKernel>,
}

#[derive(Clone, Debug)]
struct DopamineKernel {
    /// Of x and y.
    decays: [Decay; 2],
    a: [f32; 2],
    bounds: WeightBounds,
    modulation: Modulation,
    /// The change of n by a message of 1, in 1/ms.
    release: f64,
}

#[cfg(feature = "store")]
crate::storable!(struct DopamineStdp { tau, a, baseline, is_concentration, bounds } with {
    prepared: None,
});

const TAUS: [&str; 4] = ["tau_plus", "tau_minus", "tau_c", "tau_n"];

impl Default for DopamineStdp {
    fn default() -> DopamineStdp {
        DopamineStdp::new()
    }
}

impl DopamineStdp {
    /// The rule with its defaults.
    pub fn new() -> DopamineStdp {
        DopamineStdp {
            tau: [20.0, 20.0, 1000.0, 200.0],
            a: [0.1, 0.15],
            baseline: 0.0,
            is_concentration: false,
            bounds: [0.0, 1.0],
            prepared: None,
        }
    }

    /// Sets the time constant of the source's trace, in ms.
    pub fn tau_plus(mut self, tau: f64) -> DopamineStdp {
        self.tau[0] = tau;
        self
    }

    /// Sets the time constant of the target's trace, in ms.
    pub fn tau_minus(mut self, tau: f64) -> DopamineStdp {
        self.tau[1] = tau;
        self
    }

    /// Sets the time constant of the eligibility, in ms.
    pub fn tau_c(mut self, tau: f64) -> DopamineStdp {
        self.tau[2] = tau;
        self
    }

    /// Sets the time constant of the dopamine, in ms.
    pub fn tau_n(mut self, tau: f64) -> DopamineStdp {
        self.tau[3] = tau;
        self
    }

    /// Sets the change of the eligibility by post-spikes, which raise it.
    pub fn a_plus(mut self, a: f64) -> DopamineStdp {
        self.a[0] = a;
        self
    }

    /// Sets the change of the eligibility by pre-spikes, which lower it.
    pub fn a_minus(mut self, a: f64) -> DopamineStdp {
        self.a[1] = a;
        self
    }

    /// Sets the concentration of dopamine at which weights stay as they are, in 1/ms.
    pub fn baseline(mut self, baseline: f64) -> DopamineStdp {
        self.baseline = baseline;
        self
    }

    /// Makes each message the concentration n of the step that it begins, in 1/ms, instead of what is
    /// released; τ_n then has no effect.
    pub fn concentration(mut self) -> DopamineStdp {
        self.is_concentration = true;
        self
    }

    /// Sets the bounds of weights.
    pub fn bounds(mut self, low: f64, high: f64) -> DopamineStdp {
        self.bounds = [low, high];
        self
    }

    /// A trace after some steps.
    #[inline(always)]
    fn trace(&self, number: usize, past: Past<f32>) -> f32 {
        let Some(rule) = &self.prepared else {
            return past.state;
        };
        past.state * rule.decays[number].over(past.steps)
    }
}

impl Plasticity for DopamineStdp {
    type Factors = ThreeFactors;
    type Synapse = f32;
    type Source = f32;
    type Target = f32;

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        for (name, tau) in TAUS.into_iter().zip(self.tau) {
            time_constant(name, tau)?;
        }
        finite("baseline", self.baseline)?;
        let [tau_plus, tau_minus, tau_c, tau_n] = self.tau;
        let modulation = Modulation::new(tau_c, dt).effect(1.0, -self.baseline);
        let (modulation, release) = match self.is_concentration {
            true => (modulation, 1.0),
            false => (modulation.decaying(tau_n), 1.0 / tau_n),
        };
        self.prepared = Some(DopamineKernel {
            decays: [Decay::new(tau_plus, dt), Decay::new(tau_minus, dt)],
            a: [finite("a_plus", self.a[0])?, finite("a_minus", self.a[1])?],
            bounds: WeightBounds::new(self.bounds)?,
            modulation,
            release,
        });
        Ok(())
    }

    #[inline(always)]
    fn source_fires(&self, source: Past<f32>) -> f32 {
        self.trace(0, source) + 1.0
    }

    #[inline(always)]
    fn target_fires(&self, target: Past<f32>) -> f32 {
        self.trace(1, target) + 1.0
    }

    #[inline(always)]
    fn pre(&self, synapse: &mut SynapseState<f32>, spike: PreSpike<Self>) {
        if let Some(rule) = &self.prepared {
            synapse.variables -= rule.a[1] * self.trace(1, spike.target);
        }
    }

    #[inline(always)]
    fn post(&self, synapse: &mut SynapseState<f32>, spike: PostSpike<Self>) {
        if let Some(rule) = &self.prepared {
            synapse.variables += rule.a[0] * self.trace(0, spike.source);
        }
    }
}

impl ThirdFactor for DopamineStdp {
    type Signal = Dopamine;
    type Interval = DopamineInterval;

    fn period(&self) -> u32 {
        let prepared = self.prepared.as_ref();
        prepared.map_or(1, |rule| rule.modulation.period())
    }

    fn begin_period(&self, signal: Past<Dopamine>) -> Dopamine {
        let prepared = self.prepared.as_ref();
        prepared.map_or(signal.state, |rule| rule.modulation.begin_period(signal))
    }

    fn receive(&self, signal: Past<Dopamine>, received: f32) -> Option<Dopamine> {
        let rule = self.prepared.as_ref()?;
        let received = f64::from(received) * rule.release;
        if self.is_concentration {
            let changes = received != signal.state.concentration();
            return changes.then(|| rule.modulation.later(signal).with_concentration(received));
        }
        if received == 0.0 {
            return None;
        }
        let dopamine = rule.modulation.later(signal);
        Some(dopamine.with_concentration(dopamine.concentration() + received))
    }

    fn interval(&self, span: SignalSpan<Dopamine>) -> DopamineInterval {
        match &self.prepared {
            Some(rule) => rule.modulation.interval(span),
            None => DopamineInterval::default(),
        }
    }

    #[inline(always)]
    fn elapse(&self, synapse: &mut SynapseState<f32>, interval: &DopamineInterval) {
        if let Some(rule) = &self.prepared {
            let change = synapse.variables * interval.change();
            synapse.weight = rule.bounds.grown(synapse.weight, change);
            synapse.variables *= interval.decay();
        }
    }
}
