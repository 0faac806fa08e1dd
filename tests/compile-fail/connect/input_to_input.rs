// The source is an input.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let a: Lif = net.add(Lif::shape([3]))?;
    let b: Lif = net.add(Lif::shape([3]))?;
    a.a_in.connect(&b.a_in)
}
