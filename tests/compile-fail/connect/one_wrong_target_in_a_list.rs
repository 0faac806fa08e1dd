// The second of three targets is an output.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let left: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    let right: Dense = net.add(Dense::weights([[0.0, 0.0, 1.0]]))?;
    lif.s_out.connect([&left.s_in, &lif.s_out, &right.s_in])
}
