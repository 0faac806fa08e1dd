//! Between spikes the weight changes by a trace of the source.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight dw/dt = x*n : 1;
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        input n: 1/ms;
        on pre { x += 1; }
    }
}

fn main() {}
