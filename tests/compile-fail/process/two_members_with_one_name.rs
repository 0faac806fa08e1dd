// An input and a Var are both called `v`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    v: InPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

fn main() {}
