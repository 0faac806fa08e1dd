// `Silence` is a model under `Loihi`, which has steps.
use lava::prelude::*;

#[process]
pub struct Noise {
    a_out: OutPort<f32>,
}

#[implements(proc = Noise, protocol = Loihi, alternative)]
struct Silence {
    a_out: Out<f32>,
}

impl LoihiModel for Silence {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _noise: Noise = net.add(Noise::shape([1]).asynchronous().with_model::<Silence>())?;
    Ok(())
}
