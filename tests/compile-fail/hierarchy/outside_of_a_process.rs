// There is no process around this network.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif: Lif = Lif::shape([2]);
        lif.v = lif.u;
    }?;
    Ok(())
}
