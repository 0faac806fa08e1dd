// The second target takes numbers.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif:   Lif             = Lif::shape([2]);
        left:  Dense           = Dense::weights([[1.0, 2.0]]);
        right: Dense<f32, f32> = Dense::weights([[1.0, 2.0]]);
        lif.s_out -> [left.s_in, right.s_in];
    }?;
    Ok(())
}
