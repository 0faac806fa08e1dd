//! A constant depends on a parameter.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        const x: mV = e_l + 3 mV;
    }
}

fn main() {}
