// Only `f32` has a model; the type is said at the handle.
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
    let _noise: Noise<i32> = net.add(Noise::shape([3]))?;
    Ok(())
}
