// A builder can be named when it is complete.
use lava::prelude::*;
use lava::proc::Sink;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _sink: Sink = net.add(Sink::shape([3]).name("sink").steps(5))?;
    Ok(())
}
