// A rule says that it has three factors, but not what the third one does.

use lava::proc::plasticity::{
    Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, ThreeFactors,
};

#[derive(Clone)]
struct Rewarded;

impl Plasticity for Rewarded {
    type Factors = ThreeFactors;
    type Synapse = f32;
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, synapse: &mut SynapseState<f32>, _: PreSpike<Self>) {
        synapse.variables = 1.0;
    }

    fn post(&self, synapse: &mut SynapseState<f32>, _: PostSpike<Self>) {
        synapse.variables = -1.0;
    }
}

fn main() {}
