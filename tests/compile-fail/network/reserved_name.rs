// The result has a field `network` already.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        network: Lif = Lif::shape([2]);
    }?;
    Ok(())
}
