//! The equation of a trace has another one.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        pre dz/dt = (x - z)/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1; z += 1; }
    }
}

fn main() {}
