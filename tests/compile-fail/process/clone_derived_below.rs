// Handles are `Clone` without being told.
use lava::prelude::*;

#[process]
#[derive(Clone)]
pub struct Neurons {
    a_in: InPort<f32>,
}

fn main() {}
