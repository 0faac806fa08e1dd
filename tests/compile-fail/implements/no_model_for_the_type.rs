// Only `f32` has a model.
use lava::prelude::*;
use lava::process::Value;

#[process]
pub struct Noise<T: Value> {
    a_out: OutPort<T>,
}

#[implements(proc = Noise<f32>, protocol = Loihi)]
struct NoiseModel {
    a_out: Out<f32>,
}

impl LoihiModel for NoiseModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.add(Noise::<i32>::shape([3]))?;
    Ok(())
}
