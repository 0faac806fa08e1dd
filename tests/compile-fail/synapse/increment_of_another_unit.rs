//! The weight, in pA, changes by a voltage.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: pA;
        pre dx/dt = -x/tau : 1;
        param tau: ms = 20 where tau > 0;
        param a: mV = 0.1;
        on pre { w += a*x; x += 1; }
    }
}

fn main() {}
