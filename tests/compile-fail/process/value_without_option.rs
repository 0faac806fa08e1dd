// A value has a name.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(0.0)]
    v: Var<f32>,
}

fn main() {}
