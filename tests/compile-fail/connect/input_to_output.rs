// The ends are swapped: an input sends nothing.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    dense.s_in.connect(&lif.s_out)
}
