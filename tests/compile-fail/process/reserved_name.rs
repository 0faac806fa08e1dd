// Every builder has a method `name`.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[param(default = "")]
    name: Param<&'static str>,
}

fn main() {}
