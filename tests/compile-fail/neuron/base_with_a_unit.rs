//! A voltage to the power of a parameter.

use lava::prelude::*;

neuron! {
    pub Cell {
        dx/dt = -v^n/tau : 1;
        dv/dt = (e_l - v)/tau : mV = -70;
        param n: 1 = 2;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
