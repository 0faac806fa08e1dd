// Only numbers are added.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<Spike>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi, adds_to(a_out))]
struct NeuronsModel {
    a_in: In<f32>,
    a_out: Out<Spike>,
    v: Vec<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
