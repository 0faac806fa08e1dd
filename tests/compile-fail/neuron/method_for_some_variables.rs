//! A variable without a method.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau : mV = -70;
        dw/dt = -w/tau : pA;
        param e_l: mV = -70;
        param tau: ms = 10;
        integrate v by euler;
    }
}

fn main() {}
