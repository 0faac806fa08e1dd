// `In` is the end of a model.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: In<f32>,
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

fn main() {}
