// An in-port keeps nothing to record.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    net.probe(&lif.a_in)?;
    Ok(())
}
