// A delay is a method of the output.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif: Lif = Lif::shape([1]);
        dense.a_out -[delay = 2]-> lif.a_in;
        dense.a_out -> lif.a_in, delay = 2;
    }?;
    Ok(())
}
