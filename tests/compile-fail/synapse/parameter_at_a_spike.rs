//! A spike changes a parameter.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        param a: 1 = 1;
        on pre { a += 1; }
    }
}

fn main() {}
