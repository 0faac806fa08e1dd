//! A reset to a number without a unit.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when v > e_l { v = 3; }
    }
}

fn main() {}
