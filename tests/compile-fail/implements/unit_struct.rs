// A model without fields may be meant as a `sub_model`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel;

impl LoihiModel for NeuronsModel {}

fn main() {}
