// The target is a process, not one of its ports.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let dense: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    let lif: Lif = net.add(Lif::shape([1]))?;
    dense.a_out.connect(&lif)
}
