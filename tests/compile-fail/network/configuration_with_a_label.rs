// The configuration stands alone.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { config: Loihi1SimCfg;
        lif: Lif = Lif::shape([1]);
    }?;
    Ok(())
}
