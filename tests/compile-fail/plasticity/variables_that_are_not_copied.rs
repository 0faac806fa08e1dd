// The variables of a synapse lie in arrays.
use lava::proc::plasticity::{
    Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, TwoFactors,
};

#[derive(Clone)]
struct Own;

impl Plasticity for Own {
    type Factors = TwoFactors;
    type Synapse = Vec<f32>;
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, _: &mut SynapseState<Self::Synapse>, _: PreSpike<Self>) {}

    fn post(&self, _: &mut SynapseState<Self::Synapse>, _: PostSpike<Self>) {}
}

fn main() {}
