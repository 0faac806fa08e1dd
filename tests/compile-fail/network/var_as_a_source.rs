// A Var sends nothing.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif: Lif = Lif::shape([1]);
        lif.v -> lif.a_in;
    }?;
    Ok(())
}
