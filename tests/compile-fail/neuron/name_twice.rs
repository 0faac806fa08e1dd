//! A parameter has the name of a variable.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        param v: mV = 3;
    }
}

fn main() {}
