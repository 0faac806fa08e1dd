// A sink must also be told how many `steps` it keeps.
use lava::prelude::*;
use lava::proc::Sink;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _sink: Sink = net.add(Sink::shape([3]))?;
    Ok(())
}
