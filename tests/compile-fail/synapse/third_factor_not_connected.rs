//! Nothing is connected to the third factor of a synapse.

use lava::prelude::*;
use lava::proc::synapse::Projection;
use lava::proc::{PlasticSparse, Source};

synapse! {
    pub Stdp {
        weight dw/dt = c*n : 1;
        dc/dt = -c/(20 ms) : 1;
        input n: 1/ms;
        on pre { c += 1; }
    }
}

fn main() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        pre:   Source<Spike>       = Source::data([[true]]);
        post:  Source<Spike>       = Source::data([[true]]);
        learn: PlasticSparse<Stdp> = Projection::new(1, 1).plastic(Stdp::new());
        pre.s_out  -> learn.s_in;
        post.s_out -> learn.s_in_bap;
    }?;
    net.stop()
}
