// A Var of `f32` starts with a number.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = "resting")]
    v: Var<f32>,
}

fn main() {}
