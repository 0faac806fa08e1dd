// Nothing says how the process is built.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense;
        lif: Lif = ;
        other: ;
        dense.a_out -> lif.a_in;
    }?;
    Ok(())
}
