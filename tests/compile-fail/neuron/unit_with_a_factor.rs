//! A unit with a factor.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        param c_m: 2*pF = 250;
    }
}

fn main() {}
