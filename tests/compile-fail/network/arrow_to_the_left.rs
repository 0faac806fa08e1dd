// An arrow leads from the output to the input.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif: Lif = Lif::shape([1]);
        lif.a_in <- dense.a_out;
    }?;
    Ok(())
}
