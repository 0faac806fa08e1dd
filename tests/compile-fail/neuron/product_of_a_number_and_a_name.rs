//! A number and a name side by side.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = 2 x*(e_l - v)/tau : mV = -70;
        param x: 1 = 1;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
