//! An equation that cannot be solved between spikes.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x*x/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1; }
    }
}

fn main() {}
