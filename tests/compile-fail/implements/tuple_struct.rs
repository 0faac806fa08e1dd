// Fields have the names of the members.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel(In<f32>);

impl LoihiModel for NeuronsModel {}

fn main() {}
