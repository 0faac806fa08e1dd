//! The weight changes after it is transmitted.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        post dy/dt = -y/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { transmit 2*w; w -= 0.01*y; }
        on post { y += 1; }
    }
}

fn main() {}
