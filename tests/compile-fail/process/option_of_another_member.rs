// What arrives has no delay: what is sent has.
use lava::prelude::*;

#[process]
pub struct Neurons {
    #[port(delay = 1)]
    a_in: InPort<f32>,
}

fn main() {}
