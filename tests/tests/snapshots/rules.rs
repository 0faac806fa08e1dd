//! Circuits whose rules are a program's own.

use lava::prelude::*;
use lava::proc::PlasticSparse;
use lava::proc::plasticity::{
    DelaySplit, Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState,
    SynapticUpdate, TwoFactors,
};

use crate::circuits::{Net, recurrent};

lava::storable!(
    struct Wandering {}
);
lava::register_parameter!(Wandering, Followed);
lava::register_process!(PlasticSparse<Wandering>, PlasticSparse<Followed>);

/// The longest delay, in steps, which is above those that synapses have at first.
const LONGEST: u16 = 21;

/// A rule by which synapses move to other delays, by the spikes that they have seen.
#[derive(Clone)]
struct Wandering;

impl Plasticity for Wandering {
    type Factors = TwoFactors;
    type Synapse = u16;
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, synapse: &mut SynapseState<u16>, _: PreSpike<Self>) {
        synapse.weight *= 0.99;
        synapse.variables += 1;
    }

    fn post(&self, synapse: &mut SynapseState<u16>, _: PostSpike<Self>) {
        synapse.weight += 0.01 * (1.0 - synapse.weight);
        synapse.variables += 5;
    }

    fn delay(&self, synapse: &mut SynapseState<u16>, steps: u16) -> u16 {
        (steps + synapse.variables) % LONGEST + 1
    }
}

/// A recurrent projection whose synapses move to other delays.
pub(crate) fn moving(net: &Net) -> lava::Result<()> {
    recurrent(net, |projection| {
        let plastic = projection.plastic(Wandering);
        let plastic = plastic.delay_split(DelaySplit::Axonal(1));
        let moves = [SynapticUpdate::MoveDelays(LONGEST).every(35)];
        net.add(plastic.updates(moves).name("learn"))
    })
    .map(drop)
}

synapse! {
    /// Pairs of spikes, and a variable of the synapse that follows both.
    Followed {
        weight w: 1 where w >= 0 && w <= 1;
        dc/dt = -c/(50 ms) : 1;
        pre dx/dt = -x/(20 ms) : 1;
        post dy/dt = -y/(20 ms) : 1;
        on pre { w -= 0.01*y*(1 + c); x += 1; c += 0.1; }
        on post { w += 0.01*x; y += 1; c += 0.2; }
    }
}

/// A recurrent projection whose rule is given by equations.
pub(crate) fn followed(net: &Net) -> lava::Result<()> {
    recurrent(net, |projection| {
        net.add(projection.plastic(Followed::new()).name("learn"))
    })
    .map(drop)
}
