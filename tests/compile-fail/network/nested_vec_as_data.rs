// A `Vec` of `Vec`s is no array.
use lava::prelude::*;
use lava::proc::Source;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        source: Source = Source::data(vec![vec![0.5, 1.0]]);
    }?;
    Ok(())
}
