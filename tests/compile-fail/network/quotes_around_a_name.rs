// A name has no quotes.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        "lif": Lif = Lif::shape([1]);
    }?;
    Ok(())
}
