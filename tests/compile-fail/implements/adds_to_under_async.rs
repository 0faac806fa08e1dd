// An asynchronous model adds to nothing.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Async, adds_to(a_out))]
struct NeuronsModel {
    a_in: AsyncIn<f32>,
    a_out: AsyncOut<f32>,
    v: Vec<f32>,
}

impl AsyncModel for NeuronsModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        Ok(())
    }
}

fn main() {}
