// `Lif<f32>` has no model in fixed point; the type is said at the handle.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg<FixedPt>>::new();
    let _lif: Lif<f32> = net.add(Lif::shape([3]))?;
    Ok(())
}
