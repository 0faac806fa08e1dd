//! A trace does not begin with the value to which it decays.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1 = 0.5;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1; }
    }
}

fn main() {}
