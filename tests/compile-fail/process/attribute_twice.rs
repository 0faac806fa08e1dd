// The options of a Var belong into one attribute.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    #[var(finite)]
    v: Var<f32>,
}

fn main() {}
