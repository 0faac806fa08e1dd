// Many processes are added in Rust.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif: Lif = Lif::shape([1]);
        for lif in lifs { dense.a_out -> lif.a_in; }
    }?;
    Ok(())
}
