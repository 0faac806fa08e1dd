//! What is transmitted depends on a trace of the target.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        post dy/dt = -y/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { transmit w*y; }
        on post { y += 1; }
    }
}

fn main() {}
