// The source plays numbers.
use lava::prelude::*;
use lava::proc::Source;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        source: Source = Source::data([[true, false]]);
    }?;
    Ok(())
}
