// Which inputs are required is an option, not a type.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32, Dyn, Required>,
}

fn main() {}
