//! A variable with two methods.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate v by euler;
        integrate v by heun;
    }
}

fn main() {}
