// The function returns the network, or an error.
use lava::prelude::*;
use lava::proc::Lif;

network! { fn neurons(count: usize) -> Neurons;
    Loihi1SimCfg;
    lif: Lif = Lif::shape([count]);
}

fn main() {}
