// Nothing says what the neurons compute in.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif = net.add(Lif::shape([3]))?;
    lif.s_out.shape();
    Ok(())
}
