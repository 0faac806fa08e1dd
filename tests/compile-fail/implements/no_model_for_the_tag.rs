// `Lif<f32>` computes in floating point, the network in fixed point.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg<FixedPt>>::new();
    net.add(Lif::<f32>::shape([3]))?;
    Ok(())
}
