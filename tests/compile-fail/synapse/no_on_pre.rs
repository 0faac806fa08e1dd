//! Nothing says what happens at a spike of the source.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        post dy/dt = -y/tau : 1;
        param tau: ms = 20 where tau > 0;
        on post { y += 1; }
    }
}

fn main() {}
