// The configuration is a type.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg::new();
        lif: Lif = Lif::shape([1]);
    }?;
    Ok(())
}
