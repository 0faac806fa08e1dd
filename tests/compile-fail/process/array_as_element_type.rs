// A Var is an array by itself.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    v: Var<ArrayD<f32>>,
}

fn main() {}
