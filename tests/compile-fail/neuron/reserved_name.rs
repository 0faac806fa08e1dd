//! A parameter is called `t`.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        param t: ms = 3;
    }
}

fn main() {}
