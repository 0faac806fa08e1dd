//! The third factor acts by a variable that does not decay.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight dw/dt = c*n : 1;
        var c: 1 = 0;
        input n: 1/ms;
        on pre { c += 1; }
    }
}

fn main() {}
