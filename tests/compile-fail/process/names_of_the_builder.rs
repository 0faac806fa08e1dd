// A parameter cannot be called as a method of every builder is; a port can.
use lava::prelude::*;

#[process]
pub struct P {
    name: OutPort<f32>,
    #[var(init = 0.0)]
    detached: Var<f32>,
    #[param]
    asynchronous: Param<bool>,
    #[param]
    with_model: Param<bool>,
    #[param]
    builder: Param<bool>,
}

fn main() {}
