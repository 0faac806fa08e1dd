//! A trace of the source and one of the target have the same name.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        post dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { x += 1; }
        on post { w += x; }
    }
}

fn main() {}
