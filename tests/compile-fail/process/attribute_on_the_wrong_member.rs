// An input takes `#[port]`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    #[var(init = 0.0)]
    a_in: InPort<f32>,
}

fn main() {}
