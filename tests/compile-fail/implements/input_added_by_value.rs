// What `recv` returns is added without `&`.
use lava::ndarray::ArrayD;
use lava::prelude::*;

#[process]
pub struct P {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = P, protocol = Loihi)]
struct M {
    a_in: In<f32>,
    v: ArrayD<f32>,
}

impl LoihiModel for M {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.v += self.a_in.recv();
        Ok(())
    }
}

fn main() {}
