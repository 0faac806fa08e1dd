//! A power as in Python.

use lava::prelude::*;

neuron! {
    pub Cell {
        dx/dt = -x**2/tau : 1;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
