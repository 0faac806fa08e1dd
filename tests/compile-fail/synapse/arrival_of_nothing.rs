//! A spike of neither the source nor the target.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        on spike { w += 1; }
    }
}

fn main() {}
