// Spikes that release dopamine are connected as they are.

use lava::prelude::*;
use lava::proc::plasticity::DopamineStdp;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, PlasticSparse, Source};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:     Lif                         = Lif::shape([3]);
        release: Source<Spike>               = Source::data([[true]]);
        learn:   PlasticSparse<DopamineStdp> = Projection::new(3, 3).plastic(DopamineStdp::new());
        lif.s_out     -> learn.s_in;
        lif.s_out     -> learn.s_in_bap;
        release.s_out -> learn.s_in_third;
        learn.a_out   -> lif.a_in;
    };
}
