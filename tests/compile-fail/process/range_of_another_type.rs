// A Var of `f32` has a range of `f32`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0, range = 0..=1)]
    v: Var<f32>,
}

fn main() {}
