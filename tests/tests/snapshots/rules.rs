//! Circuits of rules with a third factor, of targets that fire often, and of rules that are a program's own.

use lava::prelude::*;
use lava::proc::plasticity::{
    DelaySplit, Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState,
    SynapticUpdate, TwoFactors,
};
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Lif, PlasticSparse, Source};

use ndarray::Array2;

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

/// A recurrent projection that learns by the spikes of its targets and a third factor, which changes the
/// weights of synapses all the time.
pub(crate) fn dopamine<P: Plasticity>(net: &Net, rule: P) -> lava::Result<()> {
    let learn = recurrent(net, |projection| {
        net.add(projection.plastic(rule).name("learn"))
    })?;
    release(net)?.s_out.connect(&learn.s_in_third)
}

/// A third factor that comes every 29 steps.
pub(crate) fn release(net: &Net) -> lava::Result<Source> {
    let release = Array2::from_shape_fn((230, 1), |(step, _)| ((step % 29) == 7) as i32 as f32);
    net.add(Source::data(release).name("release"))
}

/// Synapses whose targets are made to fire so often that their spikes are dropped several times. Some targets have
/// longer delays, and so some shards have. `spikes` has those of as many neurons.
pub(crate) fn driven<P: Plasticity>(
    net: &Net,
    rule: P,
    spikes: fn(usize) -> Array2<bool>,
) -> lava::Result<PlasticSparse<P>> {
    const SOURCES: usize = 12;
    const TARGETS: usize = 600;
    let pre: Source<Spike> = net.add(Source::data(spikes(SOURCES)).name("pre"))?;
    let post: Source<Spike> = net.add(Source::data(spikes(TARGETS)).name("post"))?;
    let pairs = (0..SOURCES * TARGETS).map(|pair| (pair / TARGETS, pair % TARGETS));
    let synapses: Vec<Synapse> = pairs
        .map(|(source, target)| Synapse {
            source,
            target,
            weight: 0.5,
            delay: if target < 256 { 2 } else { 30 },
        })
        .collect();
    let synapses = Synapses::from_list(SOURCES, TARGETS, &synapses)?;
    let learn = PlasticSparse::synapses(synapses).plasticity(rule);
    let learn = net.add(learn.name("learn"))?;
    let lif: Lif = net.add(Lif::shape([TARGETS]).vth(5.0).name("lif"))?;
    pre.s_out.connect(&learn.s_in)?;
    post.s_out.connect(&learn.s_in_bap)?;
    learn.a_out.connect(&lif.a_in)?;
    Ok(learn)
}
