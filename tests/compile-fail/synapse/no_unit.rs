//! A trace without a unit.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/(20 ms);
        on pre { x += 1; }
    }
}

fn main() {}
