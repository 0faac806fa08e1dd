//! A spike is transmitted twice.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        on pre { transmit w; transmit 2*w; }
    }
}

fn main() {}
