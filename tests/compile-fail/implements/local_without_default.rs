// An instant has no default value.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
    #[local]
    started: std::time::Instant,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
