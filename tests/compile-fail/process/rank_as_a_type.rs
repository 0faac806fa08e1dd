// A shape is a type, a rank an option.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32, 2>,
}

fn main() {}
