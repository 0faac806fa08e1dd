// Each attribute has its own word for a value.
use lava::prelude::*;

#[process]
pub struct Neurons {
    #[port(delay = 1)]
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(default = 0.0)]
    v: Var<f32>,
    #[param(init = 3)]
    size: Param<usize>,
}

fn main() {}
