//! A synapse reads the time.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        on pre { w += t/(1 ms); }
    }
}

fn main() {}
