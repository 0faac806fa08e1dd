// A projection is declared with the default rule, and is given another one.

use lava::prelude::*;
use lava::proc::plasticity::TsodyksMarkram;
use lava::proc::synapse::Projection;
use lava::proc::{Lif, PlasticSparse};

fn main() {
    let _ = network! { Loihi1SimCfg;
        lif:   Lif           = Lif::shape([3]);
        learn: PlasticSparse = Projection::new(3, 3).plastic(TsodyksMarkram::new());
        lif.s_out   -> learn.s_in;
        lif.s_out   -> learn.s_in_bap;
        learn.a_out -> lif.a_in;
    };
}
