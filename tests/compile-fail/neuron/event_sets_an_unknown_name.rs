//! An event sets a name that is not declared.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when v > 0 { w = 3; }
    }
}

fn main() {}
