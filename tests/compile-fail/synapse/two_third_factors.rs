//! Two third factors.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight dw/dt = c*(n + m) : 1;
        dc/dt = -c/tau : 1;
        param tau: ms = 20 where tau > 0;
        input n: 1/ms;
        input m: 1/ms;
        on pre { c += 1; }
    }
}

fn main() {}
