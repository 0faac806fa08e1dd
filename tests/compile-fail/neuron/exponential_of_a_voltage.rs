//! The exponential of a voltage.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau*exp(v) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
