// Nothing is named.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
}

#[implements]
struct NeuronsModel {
    a_in: In<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
