//! The right side of an equation has no time.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x : 1;
        on pre { x += 1; }
    }
}

fn main() {}
