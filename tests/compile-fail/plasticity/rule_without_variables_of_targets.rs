// A rule says which variables targets have.
use lava::proc::plasticity::{
    Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, TwoFactors,
};

#[derive(Clone)]
struct Own;

impl Plasticity for Own {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, _: &mut SynapseState<Self::Synapse>, _: PreSpike<Self>) {}

    fn post(&self, _: &mut SynapseState<Self::Synapse>, _: PostSpike<Self>) {}
}

fn main() {}
