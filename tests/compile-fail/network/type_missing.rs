// The type of a process is written out.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif = Lif::shape([1]);
    }?;
    Ok(())
}
