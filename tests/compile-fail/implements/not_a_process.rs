// The struct is no process.
use lava::prelude::*;

pub struct Neurons {
    pub a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
