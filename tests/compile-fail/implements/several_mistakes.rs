// All mistakes of a model are reported together.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi, protocol = Loihi, fast)]
#[requires]
#[tag(FixedPt, FixedPt)]
struct NeuronsModel {
    a_in: In<f32>,
    #[local(start = 3)]
    counter: u32,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
