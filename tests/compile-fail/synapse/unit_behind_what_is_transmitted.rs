//! What is transmitted has another unit than is said.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        param g: nS = 1;
        on pre { transmit g*w : pA; }
    }
}

fn main() {}
