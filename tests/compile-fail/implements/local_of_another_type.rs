// A counter starts with a number.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
    #[local(init = "none")]
    counter: u32,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
