// `#[process]` knows no protocols.
use lava::prelude::*;

#[process(protocol = Loihi)]
pub struct Neurons {
    a_in: InPort<f32>,
}

fn main() {}
