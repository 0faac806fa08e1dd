// A range is finite already.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0, range = 0.0..=1.0, finite)]
    v: Var<f32>,
}

fn main() {}
