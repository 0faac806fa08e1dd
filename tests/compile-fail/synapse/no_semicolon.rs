//! A statement at a spike has no end.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        on pre { w += 1 }
    }
}

fn main() {}
