//! A table whose argument is missing.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)*open(v)/tau : mV = -70;
        table open: 1;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
