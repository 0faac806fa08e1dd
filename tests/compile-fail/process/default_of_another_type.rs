// A label is a text.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[param(default = 7)]
    label: Param<&'static str>,
}

fn main() {}
