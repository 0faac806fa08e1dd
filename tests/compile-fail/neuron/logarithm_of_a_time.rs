//! The logarithm of a time.

use lava::prelude::*;

neuron! {
    pub Cell {
        dv/dt = (e_l - v)/tau*log(tau) : mV = -70;
        param e_l: mV = -70;
        param tau: ms = 10;
    }
}

fn main() {}
