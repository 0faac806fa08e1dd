// A field without attributes is half typed: one error, though the model uses it.
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
    v: Vec<
}

impl LoihiModel for M {
    fn run_spk(&mut self) -> lava::Result<()> {
        for (v, a) in self.v.iter_mut().zip(self.a_in.recv_slice()) {
            *v += a;
        }
        Ok(())
    }
}

fn main() {}
