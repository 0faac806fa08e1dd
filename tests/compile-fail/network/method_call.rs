// Methods are called behind the macro.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0]]);
        lif: Lif = Lif::shape([1]);
        dense.a_out.connect(&lif.a_in)?;
        lif.v.set(1.0)?;
        net.run(RunSteps(1))?;
    }?;
    Ok(())
}
