// A rule does not say what a spike of the target does.

use lava::proc::plasticity::{Past, Plasticity, PlasticityError, PreSpike, SynapseState, TwoFactors};

#[derive(Clone)]
struct Decreasing;

impl Plasticity for Decreasing {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, synapse: &mut SynapseState<()>, _: PreSpike<Self>) {
        synapse.weight -= 0.01;
    }
}

fn main() {}
