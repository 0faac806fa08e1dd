// A scalar Var is kept as a number.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(scalar, init = 1.0)]
    vth: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
    vth: ArrayD<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
