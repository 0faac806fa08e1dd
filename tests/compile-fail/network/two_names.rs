// A statement declares one process.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        left, right: Lif = Lif::shape([1]);
    }?;
    Ok(())
}
