// The Var holds numbers, the port integers.
use lava::prelude::*;

#[process]
pub struct Holder {
    #[var(init = 0.0)]
    voltage: Var<f32>,
    #[port(var = voltage)]
    port: VarPort<i32>,
}

fn main() {}
