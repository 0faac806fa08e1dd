//! A bound of the weight by `>`.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1 where w > 0;
        on pre {}
    }
}

fn main() {}
