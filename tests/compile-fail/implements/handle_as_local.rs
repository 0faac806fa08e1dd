// A model keeps no handle.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
    a_out: Out<f32>,
    v: Vec<f32>,
    #[local]
    neurons: Neurons,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
