// No model says how noise is made.
use lava::prelude::*;

#[process]
pub struct Noise {
    a_out: OutPort<f32>,
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.add(Noise::shape([3]))?;
    Ok(())
}
