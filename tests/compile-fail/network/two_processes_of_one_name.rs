// There are two processes called `lif`.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif:   Lif   = Lif::shape([2]);
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif:   Lif   = Lif::shape([1]);
        lif.s_out -> dense.s_in;
    }?;
    Ok(())
}
