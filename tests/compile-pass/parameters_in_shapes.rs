// A shape names parameters as they are.
use lava::prelude::*;

#[process]
pub struct Grid {
    #[param]
    rows: Param<usize>,
    #[param]
    columns: Param<usize>,
    #[port(shape = [rows, columns])]
    a_in: InPort<f32>,
    #[port(shape = rows)]
    a_out: OutPort<f32>,
    #[var(shape = [rows + 1, *columns], init = 0.0)]
    v: Var<f32>,
}

fn main() {}
