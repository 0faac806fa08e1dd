//! Pair-based plasticity in which each pre-spike pairs with its neighbours.

use super::error::PlasticityError;
use super::factors::TwoFactors;
use super::pair::{PairStdp, SpikePairing};
use super::rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};

/// [`PairStdp`] with the presynaptic-centred pairing: each pre-spike pairs with the last post-spike before it
/// and with the first one after it.
///
/// ```text
/// trace of the synapse   dx/dt = −x/τ₊    pre-spike:  x ← x + 1    post-spike: x ← 0
/// trace of the target    dy/dt = −y/τ₋    post-spike: y ← 1
/// post-spike             w ← clip(w + a₊·f₊(w)·x), before x ← 0
/// pre-spike              w ← clip(w − a₋·f₋(w)·y)
/// ```
///
/// [`PairStdp::presynaptic_centred`] makes it, with the other parameters of the rule. The trace of the
/// synapse takes 4 bytes.
///
/// Source: Morrison, Diesmann & Gerstner (2008), *Phenomenological models of synaptic plasticity based on
/// spike timing*, Biol. Cybern. 98, 459–478 (figure 7B); Izhikevich & Desai (2003), *Relating STDP to BCM*,
/// Neural Comput. 15, 1511–1523.
///
/// ```
/// use lava::proc::plasticity::PairStdp;
/// use lava::proc::synapse::Projection;
///
/// let rule = PairStdp::new().tau_plus(16.8).tau_minus(33.7).presynaptic_centred();
/// let learn = Projection::new(80, 20).plastic(rule);
/// # let _ = learn;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct PresynapticStdp(PairStdp);

impl PairStdp {
    /// Pairs each pre-spike with the last post-spike before it and with the first one after it, in place of
    /// [`pairing`](PairStdp::pairing).
    pub fn presynaptic_centred(self) -> PresynapticStdp {
        PresynapticStdp(self.pairing(SpikePairing::Symmetric))
    }
}

#[cfg(feature = "store")]
impl crate::schema::Storable for PresynapticStdp {
    fn store(&self) -> Result<crate::schema::StoredValue, crate::schema::ValueError> {
        self.0.store()
    }

    fn restore(
        value: &crate::schema::StoredValue,
    ) -> Result<PresynapticStdp, crate::schema::ValueError> {
        PairStdp::restore(value).map(PresynapticStdp)
    }
}

impl Plasticity for PresynapticStdp {
    type Factors = TwoFactors;
    type Synapse = f32;
    type Source = ();
    type Target = ();

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        self.0.prepare(dt)
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    #[inline(always)]
    fn pre(&self, synapse: &mut SynapseState<f32>, spike: PreSpike<Self>) {
        let y = self.0.decay_minus(spike.target.steps);
        synapse.weight = self.0.weakened(synapse.weight, y);
        synapse.variables = synapse.variables * self.0.decay_plus(spike.source.steps) + 1.0;
    }

    #[inline(always)]
    fn post(&self, synapse: &mut SynapseState<f32>, spike: PostSpike<Self>) {
        let x = synapse.variables * self.0.decay_plus(spike.source.steps);
        synapse.weight = self.0.strengthened(synapse.weight, x);
        synapse.variables = 0.0;
    }
}
