//! A statement of a neuron.

use lava::prelude::*;

synapse! {
    pub Stdp {
        weight w: 1;
        output o: 1 = w;
        on pre {}
    }
}

fn main() {}
