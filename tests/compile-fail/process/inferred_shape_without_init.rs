// `_` is the shape of an initial value, which a port has not.
use lava::prelude::*;

#[process]
pub struct Neurons {
    #[port(shape = _)]
    a_in: InPort<f32>,
}

fn main() {}
