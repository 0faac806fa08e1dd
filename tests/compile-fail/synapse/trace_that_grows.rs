//! The equation of a trace has the wrong sign.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = x/(20 ms) : 1;
        on pre { x += 1; }
    }
}

fn main() {}
