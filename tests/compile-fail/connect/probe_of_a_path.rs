// A path for the handle that is probed.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]).name("lif"))?;
    net.probe("lif.v")?;
    net.stop()
}
