// The type is not written.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif: Lif::shape([1]).vth(0.7);
        other := Lif::shape([1]);
    }?;
    Ok(())
}
