// `send` is given a `Vec`.
use lava::prelude::*;

#[process]
pub struct P {
    a_out: OutPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = P, protocol = Loihi)]
struct M {
    a_out: Out<f32>,
    v: Vec<f32>,
}

impl LoihiModel for M {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.a_out.send(&self.v)
    }
}

fn main() {}
