// A single value has no shape.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(scalar, init = 0.0, shape = [3])]
    v: Var<f32>,
}

fn main() {}
