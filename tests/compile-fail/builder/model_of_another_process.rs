// The model is one of another process.
use lava::prelude::*;
use lava::proc::Lif;

#[process]
pub struct Noise {
    a_out: OutPort<f32>,
}

#[implements(proc = Noise, protocol = Loihi)]
struct NoiseModel {
    a_out: Out<f32>,
}

impl LoihiModel for NoiseModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif = net.add(Lif::shape([1]).with_model::<NoiseModel>())?;
    Ok(())
}
