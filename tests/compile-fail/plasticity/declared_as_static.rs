// A plastic projection is declared with the type of a static one.
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, Sparse};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:   Lif    = Lif::shape([3]);
        learn: Sparse = Projection::new(3, 3).plastic(PairStdp::new());
        lif.s_out -> learn.s_in;
    };
}
