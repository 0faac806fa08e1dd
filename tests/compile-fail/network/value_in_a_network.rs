// A value that is no process is declared in the network.
use lava::prelude::*;
use lava::proc::{Dense, Lif};

fn main() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        let w = [[1.0, 2.0]];
        dense: Dense = Dense::weights(w);
        lif: Lif = Lif::shape([1]);
        dense.a_out -> lif.a_in;
    }?;
    net.stop()
}
