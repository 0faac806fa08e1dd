// The type says `Lif`, the value `Dense`.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif: Lif = Dense::weights([[1.0, 2.0]]);
    }?;
    Ok(())
}
