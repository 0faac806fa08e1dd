// `init` says a value.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init)]
    v: Var<f32>,
}

fn main() {}
