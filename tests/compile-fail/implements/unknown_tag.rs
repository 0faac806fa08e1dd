// The tag is called `FloatingPt`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
#[tag(Floating)]
struct NeuronsModel {
    a_in: In<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
