// The source plays floating-point numbers.
use lava::prelude::*;
use lava::proc::Source;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        source: Source = Source::data([[1, 0, 2]]);
    }?;
    Ok(())
}
