// An input is connected from an input.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let a: Lif = net.add(Lif::shape([3]))?;
    let b: Lif = net.add(Lif::shape([3]))?;
    b.a_in.connect_from(&a.a_in)
}
