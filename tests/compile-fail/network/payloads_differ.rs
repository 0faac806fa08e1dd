// Neurons send spikes and take numbers.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        first:  Lif = Lif::shape([2]);
        second: Lif = Lif::shape([2]);
        first.s_out -> second.a_in;
    }?;
    Ok(())
}
