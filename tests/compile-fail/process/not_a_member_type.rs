// State lives in a Var.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    v: f32,
}

fn main() {}
