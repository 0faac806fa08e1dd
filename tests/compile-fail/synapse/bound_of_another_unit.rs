//! The weight, in pA, is bounded by a voltage.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: pA where w >= 0 && w <= w_max;
        param w_max: mV = 1;
        on pre {}
    }
}

fn main() {}
