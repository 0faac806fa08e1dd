// A parameter that is not `Clone` is kept as `Param`.
use lava::prelude::*;

pub struct Table(Vec<f32>);

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
    #[param]
    table: Param<Table>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
    a_out: Out<f32>,
    v: Vec<f32>,
    table: Table,
}

impl LoihiModel for NeuronsModel {}

fn main() {}
