// A model computes one sample or several.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi, batch, per_sample)]
struct NeuronsModel {
    a_in: In<f32>,
    v: Vec<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
