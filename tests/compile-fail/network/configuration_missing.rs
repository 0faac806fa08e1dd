// What does the network run on?
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! {
        lif: Lif = Lif::shape([2]);
    }?;
    Ok(())
}
