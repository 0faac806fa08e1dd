// An alternative is chosen by name.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi, alternative)]
#[tag(FixedPt)]
struct NeuronsModel {
    a_in: In<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
