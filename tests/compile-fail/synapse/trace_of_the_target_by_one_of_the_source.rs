//! A trace of the source changes by one of the target.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        post dy/dt = -y/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1 - y; }
        on post { w += 0.01*x; y += 1; }
    }
}

fn main() {}
