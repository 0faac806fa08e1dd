//! A synapse reads the voltage of its target.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1; }
        on post { w += 0.01*x*voltage; }
    }
}

fn main() {}
