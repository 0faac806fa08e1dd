// A Var with an initial value takes its rank from its shape.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0, rank = 2)]
    v: Var<f32>,
}

fn main() {}
