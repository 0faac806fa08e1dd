// `in` is a keyword; so is `self`, which cannot be raw.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        in: Dense = Dense::weights([[1.0, 2.0]]);
        self: Lif = Lif::shape([1]);
        in.a_out -> self.a_in;
    }?;
    Ok(())
}
