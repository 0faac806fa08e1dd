// A plastic projection learns from the spikes of its targets, which nothing sends.

use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, PlasticSparse};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:   Lif           = Lif::shape([3]);
        learn: PlasticSparse = Projection::new(3, 3).plastic(PairStdp::new());
        lif.s_out   -> learn.s_in;
        learn.a_out -> lif.a_in;
    };
}
