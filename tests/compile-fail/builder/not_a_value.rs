// A text is no threshold.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif = net.add(Lif::shape([3]).vth("high"))?;
    Ok(())
}
