// A connection has two ends.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif: Lif = Lif::shape([1]);
        dense.a_out -> lif.a_in -> dense.s_in;
    }?;
    Ok(())
}
