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
    network! { Loihi1SimCfg;
        lif: Lif = Lif::shape([2]).with_model::<NoiseModel>();
    }?;
    Ok(())
}
