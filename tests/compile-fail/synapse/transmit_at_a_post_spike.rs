//! A spike of the target is transmitted.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        on pre {}
        on post { transmit w; }
    }
}

fn main() {}
