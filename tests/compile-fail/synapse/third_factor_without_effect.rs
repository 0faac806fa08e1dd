//! Nothing reads the third factor.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        input n: 1;
        on pre { w += 1; }
    }
}

fn main() {}
