// The input takes `f32`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
    #[var(scalar, init = 1.0)]
    vth: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f64>,
    v: ArrayD<f32>,
    vth: f32,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
