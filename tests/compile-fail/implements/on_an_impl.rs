// The attribute belongs on the struct.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

struct NeuronsModel {
    a_in: In<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
impl LoihiModel for NeuronsModel {}

fn main() {}
