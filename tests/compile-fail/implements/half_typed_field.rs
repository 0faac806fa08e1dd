// A field that is being typed is left out.
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
    a_out: Out<
    v: Vec<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
