// A rule has a third factor, which nothing sends.

use lava::prelude::*;
use lava::proc::plasticity::DopamineStdp;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, PlasticSparse};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:   Lif                         = Lif::shape([3]);
        learn: PlasticSparse<DopamineStdp> = Projection::new(3, 3).plastic(DopamineStdp::new());
        lif.s_out   -> learn.s_in;
        lif.s_out   -> learn.s_in_bap;
        learn.a_out -> lif.a_in;
    };
}
