// The variables of synapses cannot be kept in a snapshot.

use lava::proc::plasticity::{
    Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, TwoFactors,
};

#[derive(Clone, Copy, Default)]
struct Tag {
    spikes: u32,
}

#[derive(Clone)]
struct Tagging;

impl Plasticity for Tagging {
    type Factors = TwoFactors;
    type Synapse = Tag;
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, synapse: &mut SynapseState<Tag>, _: PreSpike<Self>) {
        synapse.variables.spikes += 1;
    }

    fn post(&self, _: &mut SynapseState<Tag>, _: PostSpike<Self>) {}
}

fn main() {}
