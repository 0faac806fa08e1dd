//! The weight has a value.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1 = 0.5;
        on pre {}
    }
}

fn main() {}
