// `builder` was given the optional `vth`, but no shape.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif = net.add(Lif::builder().vth(1.0))?;
    Ok(())
}
