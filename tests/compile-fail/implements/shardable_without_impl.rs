// A shardable model says what each of its shards needs whole.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi, shardable)]
struct NeuronsModel {
    a_in: In<f32>,
    v: Vec<f32>,
}

impl LoihiModel for NeuronsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.v.copy_from_slice(self.a_in.recv_slice());
        Ok(())
    }
}

fn main() {}
