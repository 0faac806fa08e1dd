//! A spike of the source changes a trace of the target.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        post dy/dt = -y/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { w += 0.01*y; y = 0; }
    }
}

fn main() {}
