// The shape is given already.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif = net.add(Lif::shape([1]).shape([2]))?;
    Ok(())
}
