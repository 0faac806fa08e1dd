//! Two lists of what happens at a spike of the source.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        on pre { w += 1; }
        on pre { w *= 2; }
    }
}

fn main() {}
