//! A message of the third factor changes a trace.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        input r: 1 { x += r; }
        on pre { x += 1; w += x; }
    }
}

fn main() {}
