// A statement has no attributes.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        #[cfg(unix)]
        lif: Lif = Lif::shape([1]);
    }?;
    Ok(())
}
