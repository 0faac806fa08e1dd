// A protocol is no run configuration.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi;
        lif: Lif = Lif::shape([2]);
    }?;
    Ok(())
}
