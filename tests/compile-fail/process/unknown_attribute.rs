// The attribute is called `var`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[state(init = 0.0)]
    v: Var<f32>,
}

fn main() {}
