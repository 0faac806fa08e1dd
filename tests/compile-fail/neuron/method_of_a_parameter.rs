//! A method for a parameter.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate v, tau by euler;
    }
}

fn main() {}
