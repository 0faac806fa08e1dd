// A sink must also be told how many `steps` it keeps.
use lava::prelude::*;
use lava::proc::Sink;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        sink: Sink = Sink::shape([2]);
    }?;
    Ok(())
}
