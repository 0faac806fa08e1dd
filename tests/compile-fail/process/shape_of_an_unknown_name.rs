// A shape names what the builder was given.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[port(shape = [rows])]
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
    #[param]
    size: Param<usize>,
}

fn main() {}
