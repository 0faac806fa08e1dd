// A sink keeps a whole number of steps.
use lava::prelude::*;
use lava::proc::Sink;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _sink: Sink = net.add(Sink::shape([3]).steps(2.5))?;
    Ok(())
}
