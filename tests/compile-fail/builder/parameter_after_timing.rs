// Parameters come before what says when the process runs.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif = net.add(Lif::shape([1]).detached().vth(1.0))?;
    Ok(())
}
