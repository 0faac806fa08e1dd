// Timing and model were once said in front of the builder.
use lava::prelude::*;
use lava::proc::Lif;

struct MyModel;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        detached alone: Lif = Lif::shape([2]);
        async other: Lif = Lif::shape([2]);
        third: Lif as MyModel = Lif::shape([2]);
    }?;
    Ok(())
}
