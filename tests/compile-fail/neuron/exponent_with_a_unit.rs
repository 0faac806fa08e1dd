//! An exponent is a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dx/dt = -x^v/tau : 1;
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
