// Names that begin with two underscores are for generated code.
use lava::prelude::*;

#[process]
pub struct P {
    __process: OutPort<f32>,
}

fn main() {}
