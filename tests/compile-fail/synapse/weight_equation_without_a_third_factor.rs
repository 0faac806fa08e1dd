//! The weight decays by itself.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight dw/dt = -w/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { w += 1; }
    }
}

fn main() {}
