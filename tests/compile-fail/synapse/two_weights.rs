//! A synapse with two weights.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        weight v: 1;
        on pre {}
    }
}

fn main() {}
