// All problems of a declaration are reported together.
use lava::prelude::*;

#[process]
pub struct Neurons<T> {
    #[var(init = 0.0)]
    a_in: InPort<T>,
    #[port(dely = 1)]
    s_out: OutPort<Spike>,
    u: f32,
    #[var(init = 0.0, scalar, shape = [3])]
    v: Var<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
    #[param(default = 0, default = 1)]
    build: Param<i32>,
}

fn main() {}
