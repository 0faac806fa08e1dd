// Plastic weights are floating-point numbers, and the neurons compute in fixed point.

use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, PlasticSparse};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:   Lif<i32>      = Lif::shape([3]);
        learn: PlasticSparse = Projection::new(3, 3).plastic(PairStdp::new());
        lif.s_out   -> learn.s_in;
        lif.s_out   -> learn.s_in_bap;
        learn.a_out -> lif.a_in;
    };
}
