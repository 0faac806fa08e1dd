//! A trace of the source changes by the weight.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        let change = 0.1*w;
        on pre { x += change; }
    }
}

fn main() {}
