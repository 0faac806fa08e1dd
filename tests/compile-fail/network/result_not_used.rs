// The network is built, or not: that must be looked at.
#![deny(unused_must_use)]
use lava::prelude::*;
use lava::proc::Lif;

fn main() {
    network! { Loihi1SimCfg;
        lif: Lif = Lif::shape([1]);
    };
}
