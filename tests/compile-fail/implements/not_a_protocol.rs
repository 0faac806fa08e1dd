// A number is no protocol.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = u32)]
struct NeuronsModel {
    a_in: In<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
