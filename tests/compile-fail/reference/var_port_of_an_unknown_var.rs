// The Var is misspelt; the other port says no Var at all.
use lava::prelude::*;

#[process]
pub struct Holder {
    #[var(init = 0.0)]
    voltage: Var<f32>,
    #[port(var = voltge)]
    first: VarPort<f32>,
    second: VarPort<f32>,
    #[port(shape = [3], var = voltage)]
    third: VarPort<f32>,
}

fn main() {}
