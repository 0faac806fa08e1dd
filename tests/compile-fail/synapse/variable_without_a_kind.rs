//! A variable of the source without `var`.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre x: 1;
        on pre {}
    }
}

fn main() {}
