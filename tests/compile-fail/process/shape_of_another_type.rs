// Extents are whole numbers.
use lava::prelude::*;

#[process]
pub struct Neurons {
    #[port(shape = "three")]
    a_in: InPort<f32>,
}

fn main() {}
