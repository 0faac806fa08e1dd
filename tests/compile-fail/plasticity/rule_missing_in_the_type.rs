// The type of a projection names its rule, unless it is `PairStdp`.
use lava::prelude::*;
use lava::proc::plasticity::TripletStdp;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, PlasticSparse};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:   Lif           = Lif::shape([3]);
        learn: PlasticSparse = Projection::new(3, 3).plastic(TripletStdp::new());
        lif.s_out -> learn.s_in;
        lif.s_out -> learn.s_in_bap;
    };
}
