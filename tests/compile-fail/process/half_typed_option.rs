// An `init` that is being typed is given.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
    #[var(init =)]
    v: Var<f32>,
}

#[implements(proc = Neurons, protocol = Loihi)]
struct NeuronsModel {
    a_in: In<f32>,
    a_out: Out<f32>,
    v: Vec<f32>,
}

impl LoihiModel for NeuronsModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.add(Neurons::shape([3])).map(drop)
}
