// `Lif` is the type of the handle.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif: Lif = Lif;
        other: Lif = Lif([3]);
    }?;
    Ok(())
}
