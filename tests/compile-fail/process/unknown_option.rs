// The option is called `init`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(initial = 0.0)]
    v: Var<f32>,
}

fn main() {}
