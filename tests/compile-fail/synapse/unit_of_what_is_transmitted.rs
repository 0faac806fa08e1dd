//! What is transmitted is no pA, as the weight is.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: pA;
        param g: nS = 1;
        on pre { transmit g*w; }
    }
}

fn main() {}
