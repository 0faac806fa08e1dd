//! A synapse without a weight.

use lava::prelude::*;

synapse! {
    pub Stdp {
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1; }
    }
}

fn main() {}
