//! Noise in a condition.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        spike when v > e_l + 1 mV*ms^0.5*xi { v = e_l; }
    }
}

fn main() {}
