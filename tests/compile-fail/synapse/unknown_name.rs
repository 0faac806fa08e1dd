//! A name with a letter too many.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        on pre { w += ww*x; x += 1; }
    }
}

fn main() {}
