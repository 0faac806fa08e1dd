// Neurons that compute in floating point have a threshold of 1.0.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif<f32> = net.add(Lif::shape([3]).vth(1))?;
    Ok(())
}
