// The output is called `s_out`.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    lif.s_outt.connect(&dense.s_in)
}
