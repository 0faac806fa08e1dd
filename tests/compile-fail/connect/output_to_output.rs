// The target is an output.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let a: Lif = net.add(Lif::shape([3]))?;
    let b: Lif = net.add(Lif::shape([3]))?;
    a.s_out.connect(&b.s_out)
}
