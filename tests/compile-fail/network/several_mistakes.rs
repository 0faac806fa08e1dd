// All mistakes of a network are reported together.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif:   Lif   = Lif::shape([1]);
        lif:   Lif   = Lif::shape([2]);
        dense.a_out -> lif.a_in;
        dense.a_out -> lif.a_in;
        dense.a_out -> [output.a_in, lif];
        dens.a_out => lif.a_in;
    }?;
    Ok(())
}
