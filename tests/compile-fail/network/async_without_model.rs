// `Lif` runs in steps: it can be `detached`, not `async`.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = network! {
        Loihi1SimCfg;
        lif: Lif = Lif::shape([1]).asynchronous();
    }?;
    net.run(RunSteps(1))
}
