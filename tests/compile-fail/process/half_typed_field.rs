// A field that is being typed is left out; its model and its user are not reported.
use lava::prelude::*;

#[process]
pub struct Neurons {
    a_in: InPort<f32>,
    a_out: OutPort<
    /// Voltages.
    #[var(init = 0.0)]
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
    let neurons = net.add(Neurons::shape([3]))?;
    neurons.v.set(1.0)
}
