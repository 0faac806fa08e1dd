//! A parameter has the name of what the rule computes with.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        param kernel: 1 = 1;
        on pre { w += kernel; }
    }
}

fn main() {}
