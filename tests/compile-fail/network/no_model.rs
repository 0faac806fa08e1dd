// `Lif<f32>` computes in floating point, the network in fixed point.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg<FixedPt>;
        lif: Lif = Lif::shape([2]);
    }?;
    Ok(())
}
