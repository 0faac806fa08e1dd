// A Var has an element type.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    v: Var,
}

fn main() {}
