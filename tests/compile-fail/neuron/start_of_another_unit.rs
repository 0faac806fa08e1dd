//! A voltage starts at a current.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = 3 pA;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
