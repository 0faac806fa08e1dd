// A single value has no shape.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(scalar, init = 0.0)]
    v: Var<f32, D1<3>>,
}

fn main() {}
