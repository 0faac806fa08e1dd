// A rule counts its factors.

use lava::proc::plasticity::{Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState};

#[derive(Clone)]
struct Constant;

impl Plasticity for Constant {
    type Factors = u8;
    type Synapse = ();
    type Source = ();
    type Target = ();

    fn prepare(&mut self, _: f64) -> Result<(), PlasticityError> {
        Ok(())
    }

    fn source_fires(&self, _: Past<()>) {}

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, _: &mut SynapseState<()>, _: PreSpike<Self>) {}

    fn post(&self, _: &mut SynapseState<()>, _: PostSpike<Self>) {}
}

fn main() {}
