// The second of two targets takes numbers, not spikes.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let left: Dense = net.add(Dense::weights([[1.0, 0.0, 0.0]]))?;
    let right: Dense<f32, f32> = net.add(Dense::weights([[0.0, 0.0, 1.0]]))?;
    lif.s_out.connect((&left.s_in, &right.s_in))
}
