// Only what must be given can determine a shape.
use lava::prelude::*;

#[process]
pub struct Synapses {
    #[port(shape = [weights.shape()[0]])]
    a_out: OutPort<f32>,
    #[var(shape = [2, 2], init = 0.0)]
    weights: Var<f32>,
}

fn main() {}
