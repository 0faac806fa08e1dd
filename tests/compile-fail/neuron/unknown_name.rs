//! A misspelt name.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tua : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
